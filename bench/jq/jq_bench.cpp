// Expressions against libjq on the same inputs, parsed beforehand, in one run. Prints nanoseconds
// for each evaluation and how many times faster dsl/jq is; then the time to compile an expression.
//
//   jq_bench [seconds for each measurement, default 0.3]

extern "C" {
#include <jq.h>
#include <jv.h>
}

#include <fmt/format.h>

#include <cstdlib>
#include <string>

#include "bench/jq/measure.hpp"
#include "dsl/jq/jq.hpp"

namespace {

using skald::bench::measure;

constexpr char kOrder[] =
    R"({"id":"o-1841","total":420.5,"a":{"b":{"c":42}},"note":null,)"
    R"("customer":{"name":"Ada Lovelace","email":"ada@example.org","tier":3},"items":[)"
    R"({"sku":"apple","qty":3,"price":1.25},{"sku":"pear","qty":1,"price":2.5},)"
    R"({"sku":"apple","qty":2,"price":1.25},{"sku":"plum","qty":12,"price":0.75},)"
    R"({"sku":"fig","qty":1,"price":4},{"sku":"pear","qty":7,"price":2.5},)"
    R"({"sku":"quince","qty":2,"price":3.25},{"sku":"apple","qty":1,"price":1.25}]})";

char const* const kPrograms[] = {
    ".a.b.c",
    ".total > 100 and (.items | length) > 0",
    "{id, name: .customer.name, total: ([.items[].price] | add)}",
    ".items | map(select(.qty > 1) | .price * .qty) | add",
    R"jq("order \(.id) for \(.customer.name)")jq",
    ".items | group_by(.sku) | map({sku: .[0].sku, n: length})",
    "to_entries | map(select(.value != null)) | from_entries",
    "reduce .items[] as $i ({}; .[$i.sku] += $i.qty)",
    "[paths(scalars)] | length",
    ".items |= map(.price *= 1.1)",
};

double measure_libjq(double seconds, char const* program) {
  jq_state* state = jq_init();
  if (state == nullptr || jq_compile(state, program) == 0) std::abort();
  jv const input = jv_parse(kOrder);
  double const result = measure(seconds, [&] {
    jq_start(state, jv_copy(input), 0);
    for (jv out = jq_next(state);; out = jq_next(state)) {
      bool const more = jv_is_valid(out) != 0;
      jv_free(out);
      if (!more) break;
    }
  });
  jv_free(input);
  jq_teardown(&state);
  return result;
}

double measure_skald(double seconds, char const* program) {
  auto const compiled = skald::jq::compile(program);
  if (!compiled) std::abort();
  auto const input = skald::parse_json(kOrder).value();
  return measure(seconds, [&] {
    auto const result = skald::jq::evaluate_first(*compiled.program, input);
    if (!result) std::abort();
  });
}

}  // namespace

int main(int argc, char** argv) {
  double const seconds = argc > 1 ? std::atof(argv[1]) : 0.3;
  fmt::print("{:>10} {:>10} {:>7} {:>10}  expression\n", "libjq ns", "skald ns", "times",
             "compile");
  for (auto const* program : kPrograms) {
    double const theirs = measure_libjq(seconds, program);
    double const ours = measure_skald(seconds, program);
    double const compile = measure(seconds / 3, [&] {
      if (!skald::jq::compile(program)) std::abort();
    });
    fmt::print("{:>10.0f} {:>10.0f} {:>7.1f} {:>10.0f}  {}\n", theirs, ours, theirs / ours, compile,
               program);
  }
  return 0;
}
