#include "runtime/executor/opened.hpp"

#include <algorithm>
#include <cstring>
#include <functional>
#include <queue>

#include "runtime/executor/secret_forms.hpp"

namespace skald::runtime {
namespace {

// memmem takes linear time for any text; string::find does not.
std::size_t find_from(std::string_view text, std::string_view what, std::size_t from) {
  if (from >= text.size()) return std::string_view::npos;
  void const* at = memmem(text.data() + from, text.size() - from, what.data(), what.size());
  if (at == nullptr) return std::string_view::npos;
  return static_cast<std::size_t>(static_cast<char const*>(at) - text.data());
}

// Hides in the texts of one answer.
class Hiding {
 public:
  explicit Hiding(std::vector<std::pair<std::string, std::string>> const& known) {
    for (auto const& [secret, shown] : known) {
      for (auto& form : secret_forms(secret)) {
        if (form.size() >= Opened::kShortest) forms_.push_back({std::move(form), &shown});
      }
    }
    // Of two that begin at one place the longer is hidden.
    std::stable_sort(forms_.begin(), forms_.end(),
                     [](Form const& a, Form const& b) { return a.bytes.size() > b.bytes.size(); });
  }

  bool overgrown() const { return growth_ > Opened::kMostGrowth; }

  // One pass. The text is of no use when overgrown() is true afterwards.
  std::string in(std::string text) {
    Places places;
    for (std::size_t i = 0; i < forms_.size(); ++i) look(text, i, 0, places);
    if (places.empty()) return text;
    std::string out;
    std::size_t done = 0;
    while (!places.empty() && !overgrown()) {
      auto const [at, which] = places.top();
      places.pop();
      auto const& [bytes, shown] = forms_[which];
      if (at >= done) {
        out.append(text, done, at - done).append(*shown);
        growth_ += shown->size() > bytes.size() ? shown->size() - bytes.size() : 0;
      }
      done = std::max(done, at + bytes.size());
      look(text, which, done, places);
    }
    return out.append(text, std::min(done, text.size()));
  }

  // Of values as deep as parsers take; what is deeper came from no participant.
  Json in(Json value) {
    if (value.is_string()) return Json(in(std::string(value.as_string())));
    if (value.is_array()) {
      for (std::size_t i = 0; i < value.size() && !overgrown(); ++i) {
        value.put_at(i, in(value.take_at(i)));
      }
      return value;
    }
    if (!value.is_object()) return value;
    Json out = Json::object();
    for (auto const& [key, member] : value.members()) {
      if (overgrown()) break;
      out.set(in(std::string(key.as_string())), in(member));
    }
    return out;
  }

 private:
  struct Form {
    std::string bytes;
    std::string const* shown;
  };
  using Place = std::pair<std::size_t, std::size_t>;  // where, and which form
  using Places = std::priority_queue<Place, std::vector<Place>, std::greater<>>;

  void look(std::string const& text, std::size_t which, std::size_t from, Places& places) const {
    std::size_t const at = find_from(text, forms_[which].bytes, from);
    if (at != std::string_view::npos) places.emplace(at, which);
  }

  std::vector<Form> forms_;  // longest first
  std::size_t growth_ = 0;
};

Error overgrown_error() {
  return {ErrorCode::too_large,
          "the answer repeats a secret so often that hiding it would add more than " +
              std::to_string(Opened::kMostGrowth >> 20U) + " MiB",
          ""};
}

template <class Value>
Result<Value> hidden(std::vector<std::pair<std::string, std::string>> const& known, Value value) {
  if (known.empty()) return value;
  Hiding hiding(known);
  value = hiding.in(std::move(value));
  if (hiding.overgrown()) return overgrown_error();
  return value;
}

}  // namespace

void Opened::add(std::string_view secret, std::string shown) {
  if (secret.size() >= kShortest) known_.emplace_back(secret, std::move(shown));
}

Result<std::string> Opened::hide(std::string text) const {
  return hidden(known_, std::move(text));
}

Result<Json> Opened::hide(Json value) const {
  return hidden(known_, std::move(value));
}

saga::Answer Opened::hide(saga::Answer answer) const {
  if (known_.empty()) return answer;
  Hiding hiding(known_);
  answer.output = hiding.in(std::move(answer.output));
  answer.message = hiding.in(std::move(answer.message));
  return hiding.overgrown() ? unhidden_answer(overgrown_error()) : answer;
}

saga::Answer unhidden_answer(Error const& error) {
  saga::Answer answer;
  answer.kind = saga::Answer::Kind::failed;
  answer.message = error.message;
  return answer;
}

}  // namespace skald::runtime
