// Mathematics, by the C library.

#include <cmath>
#include <limits>

#include "dsl/jq/builtins.hpp"

namespace skald::jq {
namespace {

using Args = Json const* const*;

constexpr std::uint64_t kOrdersOfAStep = 8;

// A function of the C library applied to numbers; anything else is jq's error.
template <auto function>
bool one(Run& run, Json const& in, Args, Json& out) {
  if (!in.is_number()) return type_error(run, in, "number required");
  out = Json(function(in.as_number()));
  return true;
}

template <auto function>
bool two(Run& run, Json const&, Args args, Json& out) {
  if (!args[0]->is_number()) return type_error(run, *args[0], "number required");
  if (!args[1]->is_number()) return type_error(run, *args[1], "number required");
  out = Json(function(args[0]->as_number(), args[1]->as_number()));
  return true;
}

bool multiply_add(Run& run, Json const&, Args args, Json& out) {
  for (int i = 0; i < 3; ++i) {
    if (!args[i]->is_number()) return type_error(run, *args[i], "number required");
  }
  out = Json(std::fma(args[0]->as_number(), args[1]->as_number(), args[2]->as_number()));
  return true;
}

template <double (*split)(double, double&)>
bool pair(Run& run, Json const& in, Args, Json& out) {
  if (!in.is_number()) return type_error(run, in, "number required");
  double second = 0;
  double const first = split(in.as_number(), second);
  out = Json::array({Json(first), Json(second)});
  return true;
}

double split_exponent(double x, double& exponent) {
  int e = 0;
  double const mantissa = std::frexp(x, &e);
  exponent = e;
  return mantissa;
}
double split_whole(double x, double& whole) {
  return std::modf(x, &whole);
}
double split_sign(double x, double& sign) {
  int s = 0;
  double const result = ::lgamma_r(x, &s);
  sign = s;
  return result;
}

// lgamma() writes a global; lgamma_r() does not.
double log_gamma(double x) {
  int sign = 0;
  return ::lgamma_r(x, &sign);
}
double power10(double x) {
  return std::pow(10.0, x);
}
double significand(double x) {
  if (x == 0 || std::isinf(x) || std::isnan(x)) return x;
  return std::scalbn(x, -std::ilogb(x));
}
int clamp_int(double x) {
  if (std::isnan(x)) return 0;
  return static_cast<int>(std::fmin(std::fmax(x, -2147483647.0), 2147483647.0));
}
double load_exponent(double x, double e) {
  return std::ldexp(x, clamp_int(e));
}
double scale(double x, double e) {
  return std::isnan(e) ? e : std::ldexp(x, clamp_int(e));
}
// The C library counts its way to the order.
template <double (*function)(int, double)>
bool bessel(Run& run, Json const&, Args args, Json& out) {
  if (!args[0]->is_number()) return type_error(run, *args[0], "number required");
  if (!args[1]->is_number()) return type_error(run, *args[1], "number required");
  int const order = clamp_int(args[0]->as_number());
  if (!run.spend(static_cast<std::uint64_t>(std::abs(order)) / kOrdersOfAStep)) return false;
  out = Json(function(order, args[1]->as_number()));
  return true;
}

double next_toward(double x, double y) {
  return std::nexttoward(x, static_cast<long double>(y));
}

// The overloaded functions of <cmath> need their type said.
template <double (*function)(double)>
double call(double x) {
  return function(x);
}

bool infinite(Run&, Json const&, Args, Json& out) {
  out = Json(std::numeric_limits<double>::infinity());
  return true;
}
bool not_a_number(Run&, Json const&, Args, Json& out) {
  out = Json(std::numeric_limits<double>::quiet_NaN());
  return true;
}
bool is_infinite(Run&, Json const& in, Args, Json& out) {
  out = Json(in.is_number() && std::isinf(in.as_number()));
  return true;
}
bool is_nan(Run&, Json const& in, Args, Json& out) {
  out = Json(in.is_number() && std::isnan(in.as_number()));
  return true;
}
bool is_normal(Run&, Json const& in, Args, Json& out) {
  out = Json(in.is_number() && std::isnormal(in.as_number()));
  return true;
}
bool is_finite(Run&, Json const& in, Args, Json& out) {
  out = Json(in.is_number() && !std::isinf(in.as_number()));
  return true;
}

#define SKALD_ONE(name) \
  { #name, 0, one < call < static_cast < double (*)(double)>(::name)>> }
#define SKALD_TWO(name) \
  { #name, 2, two < static_cast < double (*)(double, double)>(::name)> }

constexpr NativeEntry kEntries[] = {
    SKALD_ONE(acos),
    SKALD_ONE(acosh),
    SKALD_ONE(asin),
    SKALD_ONE(asinh),
    SKALD_ONE(atan),
    SKALD_ONE(atanh),
    SKALD_ONE(cbrt),
    SKALD_ONE(ceil),
    SKALD_ONE(cos),
    SKALD_ONE(cosh),
    SKALD_ONE(erf),
    SKALD_ONE(erfc),
    SKALD_ONE(exp),
    SKALD_ONE(exp2),
    SKALD_ONE(expm1),
    SKALD_ONE(fabs),
    SKALD_ONE(floor),
    SKALD_ONE(j0),
    SKALD_ONE(j1),
    SKALD_ONE(log),
    SKALD_ONE(log10),
    SKALD_ONE(log1p),
    SKALD_ONE(log2),
    SKALD_ONE(logb),
    SKALD_ONE(nearbyint),
    SKALD_ONE(rint),
    SKALD_ONE(round),
    SKALD_ONE(sin),
    SKALD_ONE(sinh),
    SKALD_ONE(sqrt),
    SKALD_ONE(tan),
    SKALD_ONE(tanh),
    SKALD_ONE(tgamma),
    SKALD_ONE(trunc),
    SKALD_ONE(y0),
    SKALD_ONE(y1),
    SKALD_TWO(atan2),
    SKALD_TWO(copysign),
    SKALD_TWO(fdim),
    SKALD_TWO(fmax),
    SKALD_TWO(fmin),
    SKALD_TWO(fmod),
    SKALD_TWO(hypot),
    SKALD_TWO(nextafter),
    SKALD_TWO(pow),
    SKALD_TWO(remainder),
    {"drem", 2, two<static_cast<double (*)(double, double)>(::remainder)>},
    {"exp10", 0, one<power10>},
    {"gamma", 0, one<log_gamma>},
    {"lgamma", 0, one<log_gamma>},
    {"significand", 0, one<significand>},
    {"ldexp", 2, two<load_exponent>},
    {"scalb", 2, two<scale>},
    {"scalbln", 2, two<scale>},
    {"jn", 2, bessel<::jn>},
    {"yn", 2, bessel<::yn>},
    {"nexttoward", 2, two<next_toward>},
    {"fma", 3, multiply_add},
    {"frexp", 0, pair<split_exponent>},
    {"modf", 0, pair<split_whole>},
    {"lgamma_r", 0, pair<split_sign>},
    {"infinite", 0, infinite},
    {"nan", 0, not_a_number},
    {"isinfinite", 0, is_infinite},
    {"isnan", 0, is_nan},
    {"isnormal", 0, is_normal},
    {"isfinite", 0, is_finite},
};
#undef SKALD_ONE
#undef SKALD_TWO

}  // namespace

std::span<NativeEntry const> math_natives() {
  return kEntries;
}

}  // namespace skald::jq
