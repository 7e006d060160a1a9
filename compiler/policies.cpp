#include "compiler/policies.hpp"

#include <algorithm>
#include <cmath>

#include "base/duration_units.hpp"
#include "compiler/check.hpp"
#include "compiler/duration_words.hpp"

namespace skald::compiler {

namespace {

using dsl::Code;
using dsl::Node;
using graph::DurationValue;
using graph::RetryPolicy;

bool has_expression(Node const& node) {
  for (auto const& entry : node.entries) {
    if (entry.value.is_string() && is_expression(entry.value.text())) return true;
  }
  return false;
}

std::optional<Duration> of_map(Lowering& to, Node const& node) {
  double sum = 0;
  for (auto const& entry : node.entries) {
    auto const unit = microseconds_of(entry.key.text());
    auto const& value = entry.value;
    if (!unit || !value.is_scalar() || !value.scalar.is_number()) continue;
    double const number = value.scalar.as_number();
    if (number < 0) {
      to.report.add(Code::bad_duration, value.span, "a length of time can not be negative");
      return std::nullopt;
    }
    sum += number * *unit;
  }
  if (node.entries.empty()) {
    to.report.add(Code::bad_duration, node.span, "this length of time is empty",
                  "use days, hours, minutes, seconds or milliseconds");
    return std::nullopt;
  }
  if (sum > static_cast<double>(kLongestDuration.us)) {
    to.report.add(Code::bad_duration, node.span, "this is longer than 100 years");
    return std::nullopt;
  }
  return Duration{static_cast<std::int64_t>(sum)};
}

std::optional<Duration> of_text(Lowering& to, Node const& node) {
  auto const parsed = parse_iso8601_duration(node.text());
  if (parsed.ok() && parsed->us >= 0 && *parsed <= kLongestDuration) return *parsed;
  auto message = "'" + std::string(node.text()) + "' is not a length of time";
  if (!parsed.ok() && node.text().starts_with('P')) message += ": " + parsed.error().message;
  auto const meant = duration_in_words(node.text());
  to.report.add(Code::bad_duration, node.span, std::move(message),
                meant ? "write " + to_iso8601(*meant) : "write PT30S, or a map: { seconds: 30 }");
  return std::nullopt;
}

bool is_dynamic(Node const& node) {
  return node.is_map() ? has_expression(node) : is_expression(node.text());
}

// A length of time in which something can happen.
std::optional<Duration> positive(Lowering& to, Node const* node) {
  auto const length = fixed_duration(to, node);
  if (length && length->us == 0) {
    to.report.add(Code::bad_duration, node->span, "a deadline must be longer than nothing");
  }
  return length;
}

std::optional<DurationValue> deadline(Lowering& to, Node const& node, Site const& site) {
  if (is_dynamic(node)) return duration(to, node, site);
  return DurationValue{positive(to, &node).value_or(Duration{}), std::nullopt};
}

void backoff(Lowering& to, Node const* node, RetryPolicy& policy) {
  if (node == nullptr) return;
  if (Node const* linear = node->get("linear")) {
    policy.backoff = RetryPolicy::Backoff::linear;
    policy.increment = fixed_duration(to, linear->get("increment"));
  }
  if (Node const* exponential = node->get("exponential")) {
    policy.backoff = RetryPolicy::Backoff::exponential;
    policy.max_delay = fixed_duration(to, exponential->get("max"));
    Node const* multiplier = exponential->get("multiplier");
    if (multiplier != nullptr && multiplier->is_scalar() && multiplier->scalar.is_number()) {
      policy.multiplier = multiplier->scalar.as_number();
      if (policy.multiplier < 1 || policy.multiplier > 100) {
        to.report.add(Code::bad_value, multiplier->span, "a multiplier is between 1 and 100");
        policy.multiplier = 2;
      }
    }
  }
}

void limit(Lowering& to, Node const* node, RetryPolicy& policy) {
  if (node == nullptr) return;
  policy.max_duration = fixed_duration(to, node->get("duration"));
  Node const* attempt = node->get("attempt");
  if (attempt == nullptr) return;
  policy.attempt_duration = positive(to, attempt->get("duration"));
  Node const* count = attempt->get("count");
  if (count == nullptr || !count->is_scalar() || !count->scalar.is_number()) return;
  double const number = count->scalar.as_number();
  if (number < 0 || number > 1e6) {
    to.report.add(Code::bad_value, count->span, "a number of retries is between 0 and 1000000");
    return;
  }
  policy.max_retries = static_cast<std::uint32_t>(number);
}

void jitter(Lowering& to, Node const* node, RetryPolicy& policy) {
  if (node == nullptr) return;
  policy.jitter_from = fixed_duration(to, node->get("from")).value_or(Duration{});
  policy.jitter_to = fixed_duration(to, node->get("to")).value_or(policy.jitter_from);
  if (policy.jitter_to < policy.jitter_from) {
    to.report.add(Code::bad_value, node->span, "'to' of a jitter is before its 'from'");
    policy.jitter_to = policy.jitter_from;
  }
}

// The items of a list, or the value itself as the only one.
}  // namespace

DurationValue duration(Lowering& to, Node const& node, Site const& site) {
  DurationValue result;
  if (is_dynamic(node)) {
    result.dynamic = to.expressions.value(node, site);
  } else if (node.is_map()) {
    result.fixed = of_map(to, node).value_or(Duration{});
  } else if (node.is_string()) {
    result.fixed = of_text(to, node).value_or(Duration{});
  }
  return result;
}

std::optional<Duration> fixed_duration(Lowering& to, Node const* node) {
  if (node == nullptr) return std::nullopt;
  if (is_dynamic(*node)) {
    to.report.add(Code::bad_duration, node->span,
                  "this length of time must be known before the run", "write it as a constant");
    return std::nullopt;
  }
  if (node->is_map()) return of_map(to, *node);
  return node->is_string() ? of_text(to, *node) : std::nullopt;
}

std::optional<DurationValue> timeout(Lowering& to, Node const* node, Site const& site) {
  if (node == nullptr) return std::nullopt;
  if (node->is_string()) {
    Node const* named = to.outline.component("timeouts", node->text());
    // A name that is not there has been reported already.
    if (named == nullptr && !node->text().starts_with('P')) return std::nullopt;
    if (named == nullptr) return deadline(to, *node, site);
    node = named;
  }
  Node const* after = node->get("after");
  if (after == nullptr) return std::nullopt;
  return deadline(to, *after, site);
}

std::optional<RetryPolicy> retry(Lowering& to, Node const* node, Site site,
                                 std::string const& error) {
  if (node != nullptr && node->is_string()) {
    node = to.outline.component("retries", node->text());
  }
  if (node == nullptr || !node->is_map()) return std::nullopt;
  RetryPolicy policy;
  if (!error.empty()) {
    site.variables.push_back(error);
    site.error = true;
  }
  if (Node const* delay = node->get("delay")) policy.delay = duration(to, *delay, site);
  backoff(to, node->get("backoff"), policy);
  limit(to, node->get("limit"), policy);
  jitter(to, node->get("jitter"), policy);
  if (Node const* when = node->get("when")) policy.when = to.expressions.condition(*when, site);
  if (Node const* except = node->get("exceptWhen")) {
    policy.except_when = to.expressions.condition(*except, site);
  }
  return policy;
}

namespace {

// HTTP statuses; `key` names them in messages.
std::vector<std::uint16_t> statuses(Lowering& to, Node const* node, std::string const& key) {
  std::vector<std::uint16_t> result;
  for (Node const* status : one_or_more(node)) {
    double const number =
        status->is_scalar() && status->scalar.is_number() ? status->scalar.as_number() : 0;
    if (number < 100 || number > 599 || number != std::floor(number)) {
      to.report.add(Code::bad_value, status->span, "'" + key + "' takes HTTP statuses, 100 to 599");
    } else {
      result.push_back(static_cast<std::uint16_t>(number));
    }
  }
  return result;
}

std::optional<graph::Ongoing> ongoing(Lowering& to, Node const* node, Site const& site) {
  if (node == nullptr || !node->is_map()) return std::nullopt;
  graph::Ongoing result;
  result.status = statuses(to, node->get("status"), "status");
  result.every.fixed = Duration::from_seconds(5);
  if (Node const* every = node->get("every")) {
    result.every = deadline(to, *every, site).value_or(result.every);
  }
  if (result.status.empty()) {
    to.report.add(Code::missing_key, node->span, "'ongoing' does not say which statuses it means",
                  "add the statuses that mean \"not finished yet\": status: [202, 425]");
  }
  return result;
}

// "seat:{seat}" is one lock of that name for every seat: templates stand in URIs only.
void no_template(Lowering& to, Node const& node) {
  auto const text = node.text();
  auto const open = text.find('{');
  auto const close = text.find('}', std::min(open, text.size()));
  if (close == std::string_view::npos || close < open + 2) return;
  auto const name = text.substr(open + 1, close - open - 1);
  bool const plain = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.';
  });
  if (!plain) return;
  auto const written = std::string(text.substr(0, open)) + "\\(." + std::string(name) + ")" +
                       std::string(text.substr(close + 1));
  to.report.add(Code::bare_variable, dsl::span_in(node, open, close + 1),
                "'{" + std::string(name) + "}' stands as it is in the name of a lock",
                "make the name an expression: '${ \"" + written + "\" }'");
}

}  // namespace

std::optional<graph::Template> lock(Lowering& to, Node const& node, graph::TaskIndex task) {
  auto name = to.expressions.value(node, {task, Site::Point::inside, {}});
  if (name.kind != graph::Template::Kind::constant) return name;
  bool const text = name.constant.is_string();
  if (text && (name.constant.as_string().empty() || name.constant.as_string().size() > 256)) {
    to.report.add(Code::bad_value, node.span, "the name of a lock has 1 to 256 bytes");
  }
  if (text) no_template(to, node);
  return name;
}

graph::EffectPolicy effect(Lowering& to, TaskInfo const& task) {
  graph::EffectPolicy result;
  for (Node const* word : one_or_more(policy(task, "undoOn"))) {
    if (word->text() == "refused") {
      result.undo_on_refused = true;
    } else {
      to.report.add(Code::bad_word, word->span, "'undoOn' takes the word 'refused' only");
    }
  }
  result.done_on = statuses(to, policy(task, "doneOn"), "doneOn");
  result.ongoing = ongoing(to, policy(task, "ongoing"), {task.index, Site::Point::inside, {}});
  Node const* redeliver = policy(task, "redeliver");
  if (redeliver != nullptr && redeliver->is_scalar() && redeliver->scalar.is_boolean()) {
    result.redeliver = redeliver->scalar.as_boolean();
  } else if (task.kind == Kind::run) {
    Node const* run = task.body->get("run");
    result.redeliver = run != nullptr && run->get("workflow") != nullptr;  // a process is run once
  }
  return result;
}

namespace {

void recover(Lowering& to, Node const* node, graph::SagaPolicy& policy) {
  using Recover = graph::SagaPolicy::Recover;
  if (node == nullptr) return;
  if (node->text() == "forward") policy.recover = Recover::forward;
  Node const* tries = node->get("forwardThenBackward");
  if (tries == nullptr || !tries->is_scalar() || !tries->scalar.is_number()) return;
  double const number = tries->scalar.as_number();
  if (number < 1 || number > 1e6) {
    to.report.add(Code::bad_value, tries->span,
                  "'forwardThenBackward' is a number of retries, 1 to 1000000",
                  number == 0 ? "'recover: backward' goes back at once" : "");
    return;
  }
  policy.recover = Recover::forward_then_backward;
  policy.forward_tries = static_cast<std::uint32_t>(number);
}

}  // namespace

graph::SagaPolicy saga(Lowering& to, Node const* node) {
  graph::SagaPolicy result;
  if (node == nullptr || !node->is_map()) return result;
  result.retry = retry(to, node->get("retry"), {}, "error");
  Node const* order = node->get("order");
  Node const* exhausted = node->get("exhausted");
  if (order != nullptr && order->text() == "dependency") {
    result.order = graph::SagaPolicy::Order::dependency;
  }
  if (exhausted != nullptr && exhausted->text() == "continue") {
    result.exhausted = graph::SagaPolicy::Exhausted::proceed;
  }
  recover(to, node->get("recover"), result);
  result.finally = to.outline.finally;
  return result;
}

}  // namespace skald::compiler
