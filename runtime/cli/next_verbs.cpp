#include "runtime/cli/next_verbs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "runtime/cli/console.hpp"

namespace skald::cli {
namespace {

// Steps beyond this are counted.
constexpr std::size_t kMostSteps = 3;

std::string_view text(Json const& object, std::string_view member) {
  auto const& value = object[member];
  return value.is_string() ? value.as_string() : std::string_view{};
}

class Verbs {
 public:
  explicit Verbs(Json const& view) : view_(view), run_(shell_word(text(view, "id"))) {}

  std::string text_of_all() {
    auto const& stuck = view_["suspended"];
    if (view_["held"].truthy()) {
      held();
    } else if (stuck.size() > 0) {
      mend(stuck);
    } else {
      children();
    }
    if (lines_.empty()) return {};
    std::size_t width = 0;
    for (auto const& [command, why] : lines_) width = std::max(width, command.size());
    std::string out = "\n  next:\n";
    for (auto const& [command, why] : lines_) {
      out += fmt::format("    {:<{}}  {}\n", command, width, why);
    }
    return out;
  }

 private:
  void say(std::string command, std::string why) {
    lines_.emplace_back("skald " + std::move(command), std::move(why));
  }

  bool stops() const {
    auto const& unwindings = view_["unwinding"];
    for (std::size_t i = 0; i < unwindings.size(); ++i) {
      if (text(unwindings[i], "status") == "stopping") return true;
    }
    return false;
  }

  void held() {
    if (auto const with = text(view_, "heldWith"); !with.empty()) {
      return say("resume " + shell_word(with), "its parent run goes on, and this one with it");
    }
    say("resume " + run_, "it goes on");
    if (stops()) say("resume " + run_ + " --forward", "what was stopped goes forward again");
    if (view_["unwinding"].size() == 0) say("cancel " + run_, "stop it; it is undone when resumed");
  }

  void mend(Json const& stuck) {
    say("resume " + run_, "when it is mended: all that is suspended is tried again");
    for (std::size_t i = 0; i < std::min(stuck.size(), kMostSteps); ++i) step(stuck[i]);
    if (stuck.size() > kMostSteps) {
      say("show " + run_ + " -o json",
          fmt::format("{} more steps are suspended", stuck.size() - kMostSteps));
    }
  }

  void step(Json const& stuck) {
    auto const name = run_ + " " + shell_word(text(stuck, "step"));
    bool const begun = stuck["begun"].truthy();
    if (begun) say("retry " + name, "only this one, now");
    if (stuck["takesInput"].truthy()) {
      say("retry " + name + " --input JSON", "enter it again, with another input");
    }
    if (stuck["canComplete"].truthy())
      say("complete " + name + " --result JSON", "it has been done by hand");
    if (auto const undo = text(stuck, "undo"); !undo.empty()) {
      say("skip " + run_ + " " + shell_word(undo),
          fmt::format("leave '{}' as it is: the run ends with exceptions", undo));
    }
  }

  void children() {
    auto const& all = view_["children"];
    auto const stands = [&all](std::size_t i) { return text(all[i], "status") == "suspended"; };
    bool any = false;
    for (std::size_t i = 0; i < all.size(); ++i) any = any || stands(i);
    if (!any) return at_the_end();
    say("resume " + run_, "when it is mended: its suspended child runs go on");
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (!stands(i)) continue;
      say("show " + shell_word(text(all[i], "run")), "its child run is suspended, and says why");
    }
  }

  // All its steps are done, and its output can not be made.
  void at_the_end() {
    say("resume " + run_, "make the output once more");
    say("kill " + run_ + " --leave-effects", "end it without an output; what it did stays");
  }

  Json const& view_;
  std::string run_;
  std::vector<std::pair<std::string, std::string>> lines_;
};

}  // namespace

std::string next_verbs(Json const& view) {
  return text(view, "status") == "suspended" ? Verbs(view).text_of_all() : std::string();
}

}  // namespace skald::cli
