// test, match and their relatives; sub and gsub.

#include "dsl/jq/builtins.hpp"
#include "dsl/jq/regex.hpp"

namespace skald::jq {
namespace {

using Args = Json const* const*;

bool match_all(Run& run, Json const& in, Json const& pattern, Json const& flags, Json& out) {
  RegexSearch search;
  if (!search.prepare(run, in, pattern, flags, false)) return false;
  std::vector<Json> matches;
  while (search.next(run)) {
    if (!search.pay_for_groups(run) || !run.charge(search.groups().size() * 256)) return false;
    matches.push_back(search.match_object());
  }
  if (run.failed()) return false;
  out = Json::array(std::move(matches));
  return true;
}

bool test_one(Run& run, Json const& in, Json const& pattern, Json const& flags, Json& out) {
  RegexSearch search;
  if (!search.prepare(run, in, pattern, flags, false)) return false;
  out = Json(search.next(run));
  return !run.failed();
}

// One argument may be a pattern, or [pattern] or [pattern, flags].
bool unpack(Run& run, Json const& value, Json& pattern, Json& flags) {
  if (value.is_string()) {
    pattern = value;
  } else if (value.is_array() && value.size() > 0) {
    pattern = value[0];
    if (value.size() > 1) flags = value[1];
  } else {
    return run.fail(std::string(to_string(value.kind())) + " not a string or array");
  }
  return true;
}

bool match(Run& run, Json const& in, Args args, Json& out) {
  return match_all(run, in, *args[0], *args[1], out);
}

bool match_any(Run& run, Json const& in, Args args, Json& out) {
  Json pattern;
  Json flags;
  return unpack(run, *args[0], pattern, flags) && match_all(run, in, pattern, flags, out);
}

bool test(Run& run, Json const& in, Args args, Json& out) {
  return test_one(run, in, *args[0], *args[1], out);
}

bool test_any(Run& run, Json const& in, Args args, Json& out) {
  Json pattern;
  Json flags;
  return unpack(run, *args[0], pattern, flags) && test_one(run, in, pattern, flags, out);
}

// The named captures of a match object.
bool captures(Run&, Json const& in, Args, Json& out) {
  Json result = Json::object();
  for (auto const& capture : in["captures"].items()) {
    if (!capture["name"].is_null()) result.set_shared(capture["name"], capture["string"]);
  }
  out = std::move(result);
  return true;
}

bool add_global(Run& run, Json const& flags, Json& out) {
  return calculate(run, Operator::add, flags, Json("g"), out);
}

bool split_by_pattern(Run& run, Json const& in, Args args, Json& out) {
  RegexSearch search;
  Json flags;
  if (!add_global(run, *args[1], flags)) return false;
  if (!search.prepare(run, in, *args[0], flags, true)) return false;
  std::vector<Json> parts;
  std::size_t previous = 0;
  auto add = [&](std::size_t end) {
    parts.emplace_back(search.text().substr(previous, end > previous ? end - previous : 0));
    return run.charge(64 + parts.back().as_string().size());
  };
  while (search.next(run)) {
    auto const& whole = search.groups().front();
    if (!add(static_cast<std::size_t>(whole.begin))) return false;
    previous = static_cast<std::size_t>(whole.end);
  }
  if (run.failed() || !add(search.text().size())) return false;
  out = Json::array(std::move(parts));
  return true;
}

constexpr NativeEntry kEntries[] = {
    {"_match", 2, match},  {"_match_any", 1, match_any}, {"test", 2, test},
    {"test", 1, test_any}, {"_captures", 0, captures},   {"split", 2, split_by_pattern},
};

// sub and gsub. Each output of the replacement makes a result of its own.
class Substitute final : public Expr {
 public:
  Substitute(Operand pattern, Operand replacement, Operand flags, bool global)
      : Expr(false), pattern_(pattern), replacement_(replacement), flags_(flags), global_(global) {}

  Flow do_each(Run& run, Frame* frame, Json const& in, Sink sink) const override {
    return run.each(*pattern_, frame, in, [&](Item pattern) {
      return run.each(*flags_, frame, in, [&](Item flags) {
        auto const flow = substitute(run, frame, in, *pattern, *flags, sink);
        run.locate(span);
        return flow;
      });
    });
  }

 private:
  Flow substitute(Run& run, Frame* frame, Json const& in, Json const& pattern, Json const& flags,
                  Sink sink) const {
    Json all_flags = flags;
    if (global_ && !add_global(run, flags, all_flags)) return Flow::stop;
    RegexSearch search;
    if (!search.prepare(run, in, pattern, all_flags, false)) return Flow::stop;
    std::vector<Json> results;
    std::size_t previous = 0;
    while (search.next(run)) {
      auto const& whole = search.groups().front();
      auto const begin = static_cast<std::size_t>(whole.begin);
      if (!search.pay_for_groups(run)) return Flow::stop;
      Json const gap(search.text().substr(previous, begin - std::min(begin, previous)));
      if (!replace(run, frame, search.captures_object(), gap, results)) return Flow::stop;
      previous = static_cast<std::size_t>(whole.end);
    }
    if (run.failed()) return Flow::stop;
    if (results.empty()) return sink({&in, false});
    Json const rest(search.text().substr(previous));
    for (auto& result : results) {
      if (!calculate_into(run, Operator::add, result, rest)) return Flow::stop;
      if (auto const flow = sink({&result, true}); flow != Flow::more) return flow;
    }
    return Flow::more;
  }

  // Appends the gap and the replacement to the result of each output.
  bool replace(Run& run, Frame* frame, Json const& captured, Json const& gap,
               std::vector<Json>& results) const {
    std::size_t index = 0;
    auto const flow = run.each(*replacement_, frame, captured, [&](Item item) -> Flow {
      if (index == results.size()) results.emplace_back();
      auto& result = results[index++];
      Json part = gap;
      bool const good = calculate_into(run, Operator::add, part, *item) &&
                        calculate_into(run, Operator::add, result, part);
      return good ? Flow::more : Flow::stop;
    });
    return flow == Flow::more;
  }

  Operand pattern_;
  Operand replacement_;
  Operand flags_;
  bool global_;
};

}  // namespace

std::span<NativeEntry const> regex_natives() {
  return kEntries;
}

ExprPtr make_substitute(Operand pattern, Operand replacement, Operand flags, bool global) {
  return std::make_unique<Substitute>(pattern, replacement, flags, global);
}

}  // namespace skald::jq
