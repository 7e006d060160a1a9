#include "runtime/feature/scenario.hpp"

#include <algorithm>
#include <charconv>

#include "runtime/feature/virtual_steps.hpp"
#include "runtime/machine/errors.hpp"

namespace skald::feature {
namespace {

// "" when the step holds, else why not.
using Finding = std::string;

std::optional<std::string_view> behind(std::string_view text, std::string_view start) {
  if (!text.starts_with(start)) return std::nullopt;
  return text.substr(start.size());
}

// The texts between single quotes.
std::vector<std::string> quoted(std::string_view text) {
  std::vector<std::string> names;
  while (true) {
    auto const open = text.find('\'');
    if (open == std::string_view::npos) return names;
    auto const close = text.find('\'', open + 1);
    if (close == std::string_view::npos) return names;
    names.emplace_back(text.substr(open + 1, close - open - 1));
    text.remove_prefix(close + 1);
  }
}

// The value at "a.b.c"; nullptr when there is none.
Json const* at_path(Json const& root, std::string_view path) {
  auto const* value = &root;
  while (value != nullptr && !path.empty()) {
    auto const dot = std::min(path.find('.'), path.size());
    value = value->find(path.substr(0, dot));
    path.remove_prefix(std::min(dot + 1, path.size()));
  }
  return value;
}

Finding expected(std::string_view what, Json const& found) {
  return "expected " + std::string(what) + ", found " + to_text(found);
}

// As a catch compares them.
bool same_type(Json const& a, Json const& b) {
  if (!a.is_string() || !b.is_string()) return a == b;
  return runtime::same_error_type(a.as_string(), b.as_string());
}

class Stage {
 public:
  Stage(Execute const& execute, bool is_virtual) : execute_(execute) {
    if (is_virtual) virtual_.emplace();
  }

  Finding perform(Step const& step) {
    auto const text = std::string_view(step.text);
    if (virtual_) {
      if (auto const found = virtual_->perform(step, definition_, input_)) return *found;
      if (auto now = virtual_->execution(); now.ok()) execution_ = std::move(*now);
    }
    if (text == "a workflow with definition:") return definition(step);
    if (text == "the workflow input is:") return input(step);
    if (text == "the workflow is executed") return execute();
    if (!execution_) return "the workflow has not been executed yet";
    if (text == "the workflow should complete") return status("completed");
    if (text == "the workflow should fault") return fault();
    if (auto const wanted = behind(text, "the workflow should be ")) return status(*wanted);
    if (text == "the workflow should complete with output:") return output(step);
    if (text == "the workflow should fault with error:") return error(step);
    if (auto const rest = behind(text, "the workflow output should have properties ")) {
      return properties(*rest);
    }
    if (auto const rest = behind(text, "the workflow output should have a ")) {
      return property(*rest, step);
    }
    return order(text);
  }

 private:
  Finding definition(Step const& step) {
    if (!step.doc) return "the step wants a text block";
    definition_ = *step.doc;
    return {};
  }
  Finding input(Step const& step) {
    auto value = text_block(step);
    if (!value) return value.error().message;
    input_ = std::move(*value);
    return {};
  }
  Finding execute() {
    auto done = virtual_ ? virtual_->execute(definition_, input_) : execute_(definition_, input_);
    if (!done) {
      auto const& [code, message, hint] = done.error();
      return hint.empty() ? message : message + "; " + hint;
    }
    execution_ = std::move(*done);
    return {};
  }

  Finding status(std::string_view wanted) const {
    if (execution_->status == wanted) return {};
    return "expected " + std::string(wanted) + ", found " + execution_->status +
           (execution_->error.is_null() ? "" : " with " + to_text(execution_->error));
  }
  Finding fault() const {
    if (execution_->status == "compensated") return {};
    return status("faulted");
  }
  Finding output(Step const& step) const {
    if (auto found = status("completed"); !found.empty()) return found;
    auto const wanted = text_block(step);
    if (!wanted) return wanted.error().message;
    return execution_->output == *wanted ? Finding()
                                         : expected(to_text(*wanted), execution_->output);
  }
  // Every member that is given must be there; others may be.
  Finding error(Step const& step) const {
    if (auto found = fault(); !found.empty()) return found;
    auto const wanted = text_block(step);
    if (!wanted) return wanted.error().message;
    if (!wanted->is_object()) {
      return "the text block must be a map with members of the error, such as 'status: 404'; it "
             "is " +
             to_text(*wanted);
    }
    for (auto const& [key, value] : wanted->members()) {
      auto const& found = execution_->error[key.as_string()];
      bool const equal = key.as_string() == "type" ? same_type(found, value) : found == value;
      if (!equal) return expected(to_text(key) + ": " + to_text(value), execution_->error);
    }
    return {};
  }
  Finding properties(std::string_view rest) const {
    for (auto const& name : quoted(rest)) {
      if (at_path(execution_->output, name) == nullptr) {
        return expected("a property '" + name + "'", execution_->output);
      }
    }
    return {};
  }
  Finding property(std::string_view rest, Step const& step) const {
    auto const names = quoted(rest);
    if (names.size() != 1) return kUnknownStep;
    auto const* found = at_path(execution_->output, names[0]);
    if (found == nullptr) return expected("a property '" + names[0] + "'", execution_->output);
    if (rest.ends_with("property with value:")) {
      auto const wanted = text_block(step);
      if (!wanted) return wanted.error().message;
      return *found == *wanted ? Finding() : expected(to_text(*wanted), *found);
    }
    auto const containing = rest.find("property containing ");
    if (containing == std::string_view::npos) return kUnknownStep;
    auto const count = rest.substr(containing + 20);
    std::size_t wanted = 0;
    std::from_chars(count.data(), count.data() + count.size(), wanted);
    bool const right = found->is_array() && found->size() == wanted;
    return right ? Finding() : expected(std::string(count), *found);
  }

  Finding order(std::string_view text) const {
    auto const should = text.find(" should run ");
    if (should == std::string_view::npos) return kUnknownStep;
    auto const task = text.substr(0, should);
    auto const where = text.substr(should + 12);
    auto const& order = execution_->order;
    auto const place = std::ranges::find(order, task);
    if (place == order.end()) return "task '" + std::string(task) + "' did not run";
    bool holds = false;
    if (where == "first") {
      holds = place == order.begin();
    } else if (where == "last") {
      holds = order.back() == task;
    } else if (auto const other = behind(where, "after ")) {
      auto const before = std::ranges::find(order, *other);
      holds = before != order.end() && before < place;
    } else if (auto const later = behind(where, "before ")) {
      auto const after = std::ranges::find(order, *later);
      holds = after != order.end() && place < after;
    } else {
      return kUnknownStep;
    }
    return holds ? Finding() : "the tasks ran in another order: " + joined(order);
  }

  static std::string joined(std::vector<std::string> const& words) {
    std::string result;
    for (auto const& word : words) result += (result.empty() ? "" : ", ") + word;
    return result;
  }

  Execute const& execute_;
  std::string definition_;
  Json input_ = Json::object();
  std::optional<Execution> execution_;
  std::optional<VirtualSteps> virtual_;
};

}  // namespace

Verdict run_scenario(Scenario const& scenario, Execute const& execute) {
  Stage stage(execute, is_virtual(scenario));
  for (auto const& step : scenario.steps) {
    auto why = stage.perform(step);
    if (!why.empty()) return {false, step.line, "'" + step.text + "': " + why};
  }
  return {true, 0, {}};
}

}  // namespace skald::feature
