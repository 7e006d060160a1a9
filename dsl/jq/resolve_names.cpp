// Scopes: variables, functions, arguments, labels and patterns.

#include <algorithm>

#include "dsl/jq/builtins.hpp"
#include "dsl/jq/resolver.hpp"
#include "dsl/jq/text.hpp"

namespace skald::jq {
namespace {

// Beyond so many errors nobody reads hints, and each goes through all names.
constexpr std::size_t kMostHints = 100;

std::string signature(std::string const& name, std::size_t arity) {
  return name + "/" + std::to_string(arity);
}

}  // namespace

Resolver::Name const* Resolver::find(Name::Kind kind, std::string_view name,
                                     std::size_t arity) const {
  for (auto at = names_.rbegin(); at != names_.rend(); ++at) {
    bool const callable = kind == Name::Kind::function &&
                          (at->kind == Name::Kind::function || at->kind == Name::Kind::argument);
    if ((at->kind == kind || callable) && at->name == name && at->arity == arity) return &*at;
  }
  return nullptr;
}

std::size_t Resolver::declare(std::string const& name) {
  auto const slot = (*frames_.back())++;
  names_.push_back({Name::Kind::variable, name, 0, level(), slot});
  return slot;
}

Operand Resolver::variable(Syntax const& node) {
  if (auto const* name = find(Name::Kind::variable, node.text)) {
    return add(make_variable(levels_to(name->level), name->index), node);
  }
  auto const& known = options_.variables;
  if (std::find(known.begin(), known.end(), node.text) == known.end()) {
    if (node.text == "ENV") {
      error(node, "'$ENV' is not available: " + std::string(refusal_of("env")));
    } else {
      std::vector<std::string> candidates = known;
      for (auto const& name : names_) {
        if (name.kind == Name::Kind::variable) candidates.push_back(name.name);
      }
      auto const near = nearest(node.text, candidates);
      error(node, "$" + node.text + " is not defined",
            near.empty() ? "" : "did you mean '$" + near + "'?");
    }
    return add(make_literal(Json()), node);
  }
  auto& used = code_.variables;
  auto const at = std::find(used.begin(), used.end(), node.text);
  auto const index = static_cast<std::size_t>(at - used.begin());
  if (at == used.end()) used.push_back(node.text);
  code_.uses.push_back({node.text, std::nullopt, node.span});
  return add(make_global(index), node);
}

Operand Resolver::call(Syntax const& node) {
  auto const arity = node.kids.size();
  if (auto const* name = find(Name::Kind::function, node.text, arity)) {
    if (name->kind == Name::Kind::argument) {
      return add(make_closure_call(levels_to(name->level), name->index), node);
    }
    return call_function(node, *name->function, name->level);
  }
  if (auto special = Specials::make(*this, node)) return add(std::move(special), node);
  if (find_native(node.text, arity) != nullptr) return call_native(node);
  if (prelude_ != nullptr) {
    for (auto const& function : prelude_->functions) {
      if (function->arity == arity && !function->inner && function->name == node.text) {
        return call_function(node, *function, 0);
      }
    }
  }
  return unknown(node);
}

Operand Resolver::call_native(Syntax const& node) {
  auto const* native = find_native(node.text, node.kids.size());
  auto const operands = compile_all(node.kids);
  return add(make_native(native->function, native->cost, operands), node);
}

Operand Resolver::call_function(Syntax const& node, Function const& function, std::size_t level) {
  code_.calls = true;
  std::vector<Argument> arguments;
  arguments.reserve(node.kids.size());
  for (auto const* kid : node.kids) arguments.push_back(argument(*kid));
  return add(make_call(&function, levels_to(level), std::move(arguments)), node);
}

// An argument that binds variables gets a frame of its own each time it runs, because the
// function may run it again before it is through.
Argument Resolver::argument(Syntax const& node) {
  if (!node.binds) return {compile(node), std::make_shared<std::size_t const>(0)};
  auto const slots = std::make_shared<std::size_t>(0);
  frames_.push_back(slots);
  auto const body = compile(node);
  frames_.pop_back();
  // A frame is expected even if no slot was needed after all.
  if (*slots == 0) *slots = 1;
  return {body, slots};
}

Operand Resolver::reentrant(Syntax const& node) {
  if (!node.binds) return compile(node);
  return add(make_framed(argument(node)), node);
}

Operand Resolver::unknown(Syntax const& node) {
  auto const arity = node.kids.size();
  auto const reason = refusal_of(node.text);
  if (!reason.empty()) {
    error(node, "'" + node.text + "' is not available: " + std::string(reason));
    return add(make_literal(Json()), node);
  }
  if (errors_.size() >= kMostHints) {
    error(node, "unknown function '" + signature(node.text, arity) + "'");
    return add(make_literal(Json()), node);
  }
  std::vector<std::string> names;
  std::string arities;
  auto consider = [&](std::string const& name, std::size_t count) {
    names.push_back(name);
    if (name == node.text) arities += (arities.empty() ? "" : ", ") + signature(name, count);
  };
  for (auto const& name : names_) {
    if (name.kind == Name::Kind::function) consider(name.name, name.arity);
  }
  for (auto const& name : builtin_names()) {
    auto const slash = name.rfind('/');
    consider(name.substr(0, slash), std::stoul(name.substr(slash + 1)));
  }
  std::string hint;
  if (!arities.empty()) {
    hint = "there is " + arities;
  } else if (auto const near = nearest(node.text, names); !near.empty()) {
    hint = "did you mean '" + near + "'?";
  }
  error(node, "unknown function '" + signature(node.text, arity) + "'", hint);
  return add(make_literal(Json()), node);
}

Operand Resolver::function(Syntax const& node) {
  auto const& body = *node.kids[0];
  code_.functions.push_back(std::make_unique<Function>());
  auto& function = *code_.functions.back();
  function.name = node.text;
  function.arity = node.params.size();
  function.inner = open_functions_ != 0;
  function.framed = !node.params.empty() || body.binds;
  auto const outside = names_.size();
  auto const home = level();
  names_.push_back({Name::Kind::function, node.text, node.params.size(), home, 0, &function});
  auto const own = names_.size();
  auto const slots = std::make_shared<std::size_t>(0);
  if (function.framed) frames_.push_back(slots);
  // $name parameters: the argument, and a variable bound to each of its values in turn.
  std::vector<std::pair<std::size_t, std::size_t>> values;  // argument, slot
  for (std::size_t i = 0; i < node.params.size(); ++i) {
    bool const by_value = node.params[i][0] == '$';
    auto const name = by_value ? node.params[i].substr(1) : node.params[i];
    names_.push_back({Name::Kind::argument, name, 0, level(), i});
    if (by_value) values.emplace_back(i, declare(name));
  }
  ++open_functions_;
  auto const* compiled = compile(body);
  --open_functions_;
  for (auto at = values.rbegin(); at != values.rend(); ++at) {
    Patterns patterns;
    patterns.alternatives.push_back(std::make_unique<Pattern>());
    patterns.alternatives.back()->variable = true;
    patterns.alternatives.back()->slot = at->second;
    auto const* source = add(make_closure_call(0, at->first), node);
    compiled = add(make_bind(source, std::move(patterns), compiled), body);
  }
  if (function.framed) frames_.pop_back();
  names_.resize(own);
  function.body = compiled;
  function.slots = *slots;
  function.finished = true;
  auto const rest = node.kids[1] != nullptr ? compile(*node.kids[1]) : nullptr;
  names_.resize(outside);
  return rest;
}

std::unique_ptr<Pattern> Resolver::pattern(Syntax const& node, std::vector<std::size_t>& slots) {
  auto result = std::make_unique<Pattern>();
  result->span = node.span;
  auto slot_of = [&](std::string const& name) {
    // A name that occurs again, here or in another alternative, is the same variable.
    auto const* known = find(Name::Kind::variable, name);
    if (known != nullptr && known->level == level() &&
        std::find(slots.begin(), slots.end(), known->index) != slots.end()) {
      return known->index;
    }
    slots.push_back(declare(name));
    return slots.back();
  };
  if (node.kind == Kind::variable) {
    result->variable = true;
    result->slot = slot_of(node.text);
    return result;
  }
  if (node.kind == Kind::pattern_array) {
    for (std::size_t i = 0; i < node.kids.size(); ++i) {
      result->parts.push_back({nullptr, i, false, 0, pattern(*node.kids[i], slots)});
    }
    return result;
  }
  for (std::size_t i = 0; i < node.kids.size(); i += 2) {
    auto const& key = *node.kids[i];
    Pattern::Part part{};
    if (key.kind == Kind::variable) {
      part.key = add(make_literal(Json(key.text)), key);
      part.bind_key = true;
      part.slot = slot_of(key.text);
    } else {
      part.key = compile(key);
      auto const* constant = part.key->constant();
      if (constant != nullptr && !constant->is_string()) {
        error(key, "Cannot use " + describe(*constant) + " as object key");
      }
    }
    if (node.kids[i + 1] != nullptr) part.inner = pattern(*node.kids[i + 1], slots);
    result->parts.push_back(std::move(part));
  }
  return result;
}

Patterns Resolver::patterns(Syntax const& node, std::size_t first, std::size_t last) {
  Patterns result;
  for (auto i = first; i < last; ++i) {
    result.alternatives.push_back(pattern(*node.kids[i], result.slots));
  }
  return result;
}

Operand Resolver::bind(Syntax const& node) {
  auto const source = compile(*node.kids.front());
  auto const outside = names_.size();
  auto found = patterns(node, 1, node.kids.size() - 1);
  auto const body = compile(*node.kids.back());
  names_.resize(outside);
  return add(make_bind(source, std::move(found), body), node);
}

Operand Resolver::loop(Syntax const& node) {
  bool const is_reduce = node.kind == Kind::reduce;
  auto const tail = node.kids.size() - (is_reduce ? 2 : 3);
  auto const source = compile(*node.kids.front());
  auto const init = compile(*node.kids[tail]);
  auto const outside = names_.size();
  auto found = patterns(node, 1, tail);
  auto const update = compile(*node.kids[tail + 1]);
  if (is_reduce) {
    names_.resize(outside);
    return add(make_reduce(source, std::move(found), init, update), node);
  }
  auto const* last = node.kids[tail + 2];
  auto const extract = last != nullptr ? compile(*last) : nullptr;
  names_.resize(outside);
  return add(make_foreach(source, std::move(found), init, update, extract), node);
}

Operand Resolver::label(Syntax const& node) {
  auto const slot = (*frames_.back())++;
  names_.push_back({Name::Kind::label, node.text, 0, level(), slot});
  auto const body = compile(*node.kids[0]);
  names_.pop_back();
  return add(make_label(slot, body), node);
}

Operand Resolver::break_out(Syntax const& node) {
  auto const* label = find(Name::Kind::label, node.text);
  if (label == nullptr) {
    error(node, "$*label-" + node.text + " is not defined");
    return add(make_empty(), node);
  }
  return add(make_break(levels_to(label->level), label->index), node);
}

}  // namespace skald::jq
