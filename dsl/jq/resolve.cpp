#include "dsl/jq/resolve.hpp"

#include <algorithm>
#include <map>

#include "dsl/jq/builtins.hpp"
#include "dsl/jq/resolver.hpp"
#include "dsl/jq/strings.hpp"
#include "dsl/jq/text.hpp"

namespace skald::jq {

Operand Resolver::add(ExprPtr expr, Syntax const& at) {
  expr->span = at.span;
  return adopt(std::move(expr));
}

Operand Resolver::adopt(ExprPtr expr) {
  code_.pool.push_back(std::move(expr));
  return code_.pool.back().get();
}

void Resolver::error(Syntax const& at, std::string message, std::string hint) {
  errors_.push_back({at.span, std::move(message), std::move(hint)});
}

Operand Resolver::compile(Syntax const& node) {
  switch (node.kind) {
    case Kind::identity: return add(make_identity(), node);
    case Kind::recurse: return add(make_recurse(), node);
    case Kind::literal:
    case Kind::location: return add(make_literal(node.value), node);
    case Kind::string: return string(node);
    case Kind::format: return format(node);
    case Kind::index: return index(node);
    case Kind::slice: return slice(node);
    case Kind::iterate: return add(make_iterate(compile(*node.kids[0]), node.optional), node);
    case Kind::variable: return variable(node);
    case Kind::call: return call(node);
    case Kind::pipe: return add(make_pipe(compile_all(node.kids)), node);
    case Kind::comma: return add(make_comma(compile_all(node.kids)), node);
    case Kind::arithmetic: return arithmetic(node);
    case Kind::compare: return comparison(node);
    case Kind::logic: {
      auto const left = compile(*node.kids[0]);
      return add(make_logic(node.text == "and", left, compile(*node.kids[1])), node);
    }
    case Kind::alternative: {
      auto const left = compile(*node.kids[0]);
      return add(make_alternative(left, compile(*node.kids[1])), node);
    }
    case Kind::assign: return assign(node);
    case Kind::negate: {
      auto const value = compile(*node.kids[0]);
      return fold(make_negate(value), {value}, node);
    }
    case Kind::conditional: return conditional(node);
    case Kind::attempt: {
      auto const body = compile(*node.kids[0]);
      auto const handler = node.kids[1] != nullptr ? compile(*node.kids[1]) : nullptr;
      return add(make_attempt(body, handler), node);
    }
    case Kind::reduce:
    case Kind::foreach: return loop(node);
    case Kind::label: return label(node);
    case Kind::break_out: return break_out(node);
    case Kind::function: return function(node);
    case Kind::bind: return bind(node);
    case Kind::array: return array(node);
    case Kind::object: return object(node);
    case Kind::pattern_array:
    case Kind::pattern_object: break;
  }
  return add(make_identity(), node);
}

Operands Resolver::compile_all(std::vector<Syntax*> const& nodes) {
  Operands result;
  result.reserve(nodes.size());
  for (auto const* node : nodes) result.push_back(compile(*node));
  return result;
}

// An expression of constants is computed now, unless that fails.
Operand Resolver::fold(ExprPtr expr, Operands const& operands, Syntax const& at) {
  bool constant = expr->single() && !operands.empty();
  for (auto const* operand : operands) constant = constant && operand->constant() != nullptr;
  if (constant) {
    Environment environment;
    environment.limits.fuel = 10'000;
    environment.limits.bytes = 10'000;
    Run run(environment);
    Json space;
    auto const* value = expr->one(run, nullptr, null_json(), space);
    if (value != nullptr) return add(make_literal(*value), at);
  }
  return add(std::move(expr), at);
}

Operand Resolver::string(Syntax const& node) {
  auto const name = node.text.empty() ? std::string("text") : node.text;
  if (!is_format(name)) error(node, "'" + name + "' is not a valid format");
  Operands parts;
  std::vector<bool> formatted;
  for (auto const* kid : node.kids) {
    formatted.push_back(!kid->piece);
    parts.push_back(compile(*kid));
  }
  return fold(make_string(parts, formatted, name), parts, node);
}

Operand Resolver::format(Syntax const& node) {
  if (!is_format(node.text)) error(node, "'" + node.text + "' is not a valid format");
  return add(make_string({add(make_identity(), node)}, {true}, node.text), node);
}

Operand Resolver::index(Syntax const& node) {
  auto const uses = code_.uses.size();
  auto const target = compile(*node.kids[0]);
  auto const& key = *node.kids[1];
  if (node.kids[0]->kind == Kind::variable && code_.uses.size() > uses &&
      key.kind == Kind::literal && key.value.is_string()) {
    code_.uses.back().field = std::string(key.value.as_string());
    code_.uses.back().span = node.span;
  }
  if (key.kind == Kind::literal && key.value.is_string()) {
    return add(make_field(target, key.value.as_string(), node.optional), node);
  }
  return add(make_index(target, compile(key), node.optional), node);
}

Operand Resolver::slice(Syntax const& node) {
  auto const target = compile(*node.kids[0]);
  auto bound = [&](Syntax const* kid) {
    return kid != nullptr ? compile(*kid) : add(make_literal(Json()), node);
  };
  auto const from = bound(node.kids[1]);
  return add(make_slice(target, from, bound(node.kids[2]), node.optional), node);
}

Operand Resolver::arithmetic(Syntax const& node) {
  auto const left = compile(*node.kids[0]);
  auto const right = compile(*node.kids[1]);
  return fold(make_arithmetic(operator_of(node.text[0]), left, right), {left, right}, node);
}

Operator Resolver::operator_of(char sign) {
  switch (sign) {
    case '+': return Operator::add;
    case '-': return Operator::subtract;
    case '*': return Operator::multiply;
    case '/': return Operator::divide;
    default: return Operator::modulo;
  }
}

Operand Resolver::comparison(Syntax const& node) {
  static std::map<std::string, Order, std::less<>> const kOrders = {
      {"==", Order::equal},      {"!=", Order::not_equal}, {"<", Order::less},
      {"<=", Order::less_equal}, {">", Order::greater},    {">=", Order::greater_equal}};
  auto const left = compile(*node.kids[0]);
  auto const right = compile(*node.kids[1]);
  return fold(make_compare(kOrders.at(node.text), left, right), {left, right}, node);
}

Operand Resolver::assign(Syntax const& node) {
  auto const target = compile(*node.kids[0]);
  auto const value = compile(*node.kids[1]);
  if (node.text == "=") return add(make_assign(target, value), node);
  if (node.text == "|=") return add(make_modify(target, value), node);
  if (node.text == "//=") return add(make_default_update(target, value), node);
  return add(make_update(operator_of(node.text[0]), target, value), node);
}

Operand Resolver::conditional(Syntax const& node) {
  auto const condition = compile(*node.kids[0]);
  auto const then = compile(*node.kids[1]);
  auto const otherwise =
      node.kids[2] != nullptr ? compile(*node.kids[2]) : add(make_identity(), node);
  return add(make_conditional(condition, then, otherwise), node);
}

Operand Resolver::array(Syntax const& node) {
  if (node.kids.empty()) return add(make_literal(Json::array()), node);
  auto const& items = *node.kids[0];
  Operands parts = items.kind == Kind::comma ? compile_all(items.kids) : Operands{compile(items)};
  Json constants = Json::array();
  for (auto const* part : parts) {
    if (part->constant() == nullptr) {
      auto const body = parts.size() == 1 ? parts[0] : add(make_comma(std::move(parts)), items);
      return add(make_collect(body), node);
    }
    constants.push_back(*part->constant());
  }
  return add(make_literal(std::move(constants)), node);
}

Operand Resolver::object(Syntax const& node) {
  auto const operands = compile_all(node.kids);
  Json constants = Json::object();
  bool constant = true;
  for (std::size_t i = 0; i < operands.size(); i += 2) {
    auto const* key = operands[i]->constant();
    if (key != nullptr && !key->is_string()) {
      error(*node.kids[i], "Cannot use " + describe(*key) + " as object key");
      constant = false;
    }
    constant = constant && key != nullptr && operands[i + 1]->constant() != nullptr;
    if (constant) constants.set_shared(*key, *operands[i + 1]->constant());
  }
  if (constant) return add(make_literal(std::move(constants)), node);
  return add(make_object(operands), node);
}

void Resolver::finish() {
  std::stable_sort(
      code_.uses.begin(), code_.uses.end(),
      [](VariableUse const& a, VariableUse const& b) { return a.span.begin < b.span.begin; });
}

void resolve(Syntax const& tree, CompileOptions const& options, Program::Code& code,
             std::vector<CompileError>& errors, Program::Code const* prelude) {
  Resolver resolver(options, code, errors, prelude);
  auto const* body = resolver.compile(tree);
  code.slots = resolver.slots();
  resolver.finish();
  if (errors.empty()) code.body = body;
}

}  // namespace skald::jq
