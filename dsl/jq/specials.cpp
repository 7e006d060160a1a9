// The functions whose arguments are expressions and not values.

#include <map>

#include "dsl/jq/resolver.hpp"

namespace skald::jq {
namespace {

// What a maker needs of the resolver.
struct Site {
  Resolver& resolver;
  Syntax const& node;
  Operand (*compile)(Resolver&, Syntax const&);
  Operand (*reentrant)(Resolver&, Syntax const&);
  Operand (*adopt)(Resolver&, ExprPtr, Syntax const&);

  Operand argument(std::size_t index) const { return compile(resolver, *node.kids[index]); }
  Operand loop_argument(std::size_t index) const { return reentrant(resolver, *node.kids[index]); }
  Operand keep(ExprPtr expr) const { return adopt(resolver, std::move(expr), node); }
  Operand dot() const { return keep(make_identity()); }
  Operand number(double value) const { return keep(make_literal(Json(value))); }
  Operand items() const { return keep(make_iterate(dot(), false)); }
};
using Maker = ExprPtr (*)(Site const&);

ExprPtr select(Site const& site) {
  return make_conditional(site.argument(0), site.dot(), site.keep(make_empty()));
}

ExprPtr range(Site const& site) {
  auto const count = site.node.kids.size();
  auto const from = count == 1 ? site.number(0) : site.argument(0);
  auto const to = site.argument(count == 1 ? 0 : 1);
  return make_range(from, to, count == 3 ? site.argument(2) : nullptr);
}

template <bool any>
ExprPtr quantifier(Site const& site) {
  auto const count = site.node.kids.size();
  auto const source = count == 2 ? site.argument(0) : site.items();
  return make_quantifier(any, source, count == 0 ? site.dot() : site.argument(count - 1));
}

template <Keyed what>
ExprPtr keyed(Site const& site) {
  return make_keyed(what, site.node.kids.empty() ? nullptr : site.argument(0));
}

template <bool global>
ExprPtr substitute(Site const& site) {
  auto const pattern = site.argument(0);
  auto const replacement = site.argument(1);
  auto const flags =
      site.node.kids.size() == 3 ? site.argument(2) : site.keep(make_literal(Json("")));
  return make_substitute(pattern, replacement, flags, global);
}

std::map<std::string, Maker, std::less<>> const& makers() {
  static std::map<std::string, Maker, std::less<>> const table = {
      {"empty/0", [](Site const&) { return make_empty(); }},
      {"error/1", [](Site const& s) { return make_raise(s.argument(0)); }},
      {"path/1", [](Site const& s) { return make_path_of(s.argument(0)); }},
      {"paths/0", [](Site const&) { return make_paths(); }},
      {"getpath/1", [](Site const& s) { return make_get_path(s.argument(0)); }},
      {"del/1", [](Site const& s) { return make_delete(s.argument(0)); }},
      {"setpath/2", [](Site const& s) { return make_set_path(s.argument(0), s.argument(1)); }},
      {"fromstream/1", [](Site const& s) { return make_from_stream(s.argument(0)); }},
      {"pick/1", [](Site const& s) { return make_pick(s.argument(0)); }},
      {"map/1", [](Site const& s) { return make_map(s.argument(0)); }},
      {"map_values/1", [](Site const& s) { return make_modify(s.items(), s.argument(0)); }},
      {"select/1", select},
      {"recurse/0", [](Site const&) { return make_recurse(); }},
      {"recurse/1", [](Site const& s) { return make_recurse_by(s.loop_argument(0)); }},
      {"range/1", range},
      {"range/2", range},
      {"range/3", range},
      {"limit/2", [](Site const& s) { return make_limit(s.argument(0), s.argument(1)); }},
      {"skip/2", [](Site const& s) { return make_skip(s.argument(0), s.argument(1)); }},
      {"first/0", [](Site const& s) { return make_index(s.dot(), s.number(0), false); }},
      {"last/0", [](Site const& s) { return make_index(s.dot(), s.number(-1), false); }},
      {"nth/1", [](Site const& s) { return make_index(s.dot(), s.argument(0), false); }},
      {"first/1", [](Site const& s) { return make_first(s.argument(0)); }},
      {"last/1", [](Site const& s) { return make_last(s.argument(0)); }},
      {"isempty/1", [](Site const& s) { return make_is_empty(s.argument(0)); }},
      {"any/0", quantifier<true>},
      {"any/1", quantifier<true>},
      {"any/2", quantifier<true>},
      {"all/0", quantifier<false>},
      {"all/1", quantifier<false>},
      {"all/2", quantifier<false>},
      {"add/0", [](Site const& s) { return make_add(s.items()); }},
      {"add/1", [](Site const& s) { return make_add(s.argument(0)); }},
      {"until/2", [](Site const& s) { return make_until(s.loop_argument(0), s.loop_argument(1)); }},
      {"while/2", [](Site const& s) { return make_while(s.loop_argument(0), s.loop_argument(1)); }},
      {"repeat/1", [](Site const& s) { return make_repeat(s.argument(0)); }},
      {"sort/0", keyed<Keyed::sort>},
      {"sort_by/1", keyed<Keyed::sort>},
      {"group_by/1", keyed<Keyed::group>},
      {"unique/0", keyed<Keyed::unique>},
      {"unique_by/1", keyed<Keyed::unique>},
      {"min/0", keyed<Keyed::min>},
      {"min_by/1", keyed<Keyed::min>},
      {"max/0", keyed<Keyed::max>},
      {"max_by/1", keyed<Keyed::max>},
      {"sub/2", substitute<false>},
      {"sub/3", substitute<false>},
      {"gsub/2", substitute<true>},
      {"gsub/3", substitute<true>},
  };
  return table;
}

}  // namespace

ExprPtr Specials::make(Resolver& resolver, Syntax const& node) {
  auto const& table = makers();
  auto const found = table.find(node.text + "/" + std::to_string(node.kids.size()));
  if (found == table.end()) return nullptr;
  Site const site{
      resolver, node, [](Resolver& r, Syntax const& at) { return r.compile(at); },
      [](Resolver& r, Syntax const& at) { return r.reentrant(at); },
      [](Resolver& r, ExprPtr expr, Syntax const& at) { return r.add(std::move(expr), at); }};
  return found->second(site);
}

std::vector<std::string> const& Specials::names() {
  static std::vector<std::string> const list = [] {
    std::vector<std::string> result;
    for (auto const& [name, maker] : makers()) result.push_back(name);
    return result;
  }();
  return list;
}

}  // namespace skald::jq
