// map, select, and the functions that sort and group by a key.

#include <algorithm>

#include "dsl/jq/exprs.hpp"
#include "dsl/jq/text.hpp"

namespace skald::jq {
namespace {

class Map final : public Expr {
 public:
  explicit Map(Operand body) : Expr(true), body_(body) {}

  Json const* do_one(Run& run, Frame* frame, Json const& in, Json& space) const override {
    if (!in.is_array() && !in.is_object()) {
      run.fail("Cannot iterate over " + describe(in));
      return run.locate(span), nullptr;
    }
    auto const size = in.size();
    if (!run.charge(size * sizeof(Json)) || !run.spend(size)) return nullptr;
    std::vector<Json> items;
    items.reserve(size);
    for (std::size_t i = 0; i < size; ++i) {
      auto const& item = in.is_array() ? in[i] : in.members()[i].value;
      if (!add(run, frame, item, items)) return nullptr;
    }
    space = Json::array(std::move(items));
    return &space;
  }

 private:
  bool add(Run& run, Frame* frame, Json const& item, std::vector<Json>& items) const {
    if (body_->single()) {
      Json space;
      auto const* result = body_->one(run, frame, item, space);
      if (result == nullptr) return !run.failed();
      items.push_back(take_result(result, space));
      return true;
    }
    auto const flow = run.each(*body_, frame, item, [&](Item output) {
      items.push_back(output.take());
      return run.charge(sizeof(Json)) ? Flow::more : Flow::stop;
    });
    return flow == Flow::more;
  }

  Operand body_;
};

struct Entry {
  Json key;
  bool present;  // without a key an item sorts first
  std::size_t index;
};

int compare_entries(Entry const& a, Entry const& b) {
  if (a.present != b.present) return a.present ? 1 : -1;
  return compare(a.key, b.key);
}

class KeyedBy final : public Expr {
 public:
  KeyedBy(Keyed what, Operand key) : Expr(true), what_(what), key_(key) {}

  Json const* do_one(Run& run, Frame* frame, Json const& in, Json& space) const override {
    if (!in.is_array() && (key_ == nullptr || !in.is_object())) return refuse(run, in);
    std::vector<Entry> entries;
    if (!run.charge(in.size() * sizeof(Entry)) || !run.spend(in.size())) return nullptr;
    entries.reserve(in.size());
    for (std::size_t i = 0; i < in.size(); ++i) {
      auto const& item = in.is_array() ? in[i] : in.members()[i].value;
      entries.push_back({Json(), true, i});
      if (!find_key(run, frame, item, entries.back())) return nullptr;
    }
    if (in.is_object()) return refuse_object(run, in, entries);
    std::size_t bytes = 0;
    for (auto const& entry : entries) bytes += entry.key.byte_size() - sizeof(Json);
    if (!run.spend_on_sort(entries.size(), bytes)) return nullptr;
    Json const held = in;
    space = finish(held, entries);
    return &space;
  }

 private:
  // The key is the array of all outputs; of an expression with at most one, the output itself.
  bool find_key(Run& run, Frame* frame, Json const& item, Entry& entry) const {
    if (key_ == nullptr) {
      entry.key = item;
      return true;
    }
    if (key_->single()) {
      Json space;
      auto const* key = key_->one(run, frame, item, space);
      entry.present = key != nullptr;
      if (key == nullptr) return !run.failed();
      entry.key = take_result(key, space);
      return true;
    }
    std::vector<Json> outputs;
    auto const flow = run.each(*key_, frame, item, [&](Item output) {
      outputs.push_back(output.take());
      return run.charge(sizeof(Json)) ? Flow::more : Flow::stop;
    });
    entry.key = Json::array(std::move(outputs));
    return flow == Flow::more;
  }

  Json const* refuse(Run& run, Json const& in) const {
    if (key_ == nullptr && (what_ == Keyed::min || what_ == Keyed::max)) {
      type_error(run, in, in, "cannot be iterated over");
    } else if (key_ == nullptr) {
      type_error(run, in, "cannot be sorted, as it is not an array");
    } else {
      run.fail("Cannot iterate over " + describe(in));
    }
    return run.locate(span), nullptr;
  }

  Json const* refuse_object(Run& run, Json const& in, std::vector<Entry> const& entries) const {
    Json keys = Json::array();
    // jq keeps keys as the arrays of their outputs, and the message shows them so.
    for (auto const& entry : entries) {
      bool const wrapped = key_ != nullptr && !key_->single();
      keys.push_back(wrapped ? entry.key
                             : Json::array(entry.present ? std::vector<Json>{entry.key}
                                                         : std::vector<Json>{}));
    }
    bool const extreme = what_ == Keyed::min || what_ == Keyed::max;
    type_error(
        run, in, keys,
        extreme ? "cannot be iterated over" : "cannot be sorted, as they are not both arrays");
    return run.locate(span), nullptr;
  }

  Json finish(Json const& in, std::vector<Entry>& entries) const {
    if (what_ == Keyed::min || what_ == Keyed::max) return extreme(in, entries);
    std::stable_sort(entries.begin(), entries.end(),
                     [](Entry const& a, Entry const& b) { return compare(a.key, b.key) < 0; });
    std::vector<Json> result;
    result.reserve(entries.size());
    Json group;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      bool const same = i != 0 && compare_entries(entries[i - 1], entries[i]) == 0;
      auto const& item = in[entries[i].index];
      if (what_ == Keyed::sort || (what_ == Keyed::unique && !same)) {
        result.push_back(item);
      } else if (what_ == Keyed::group) {
        if (!same && i != 0) result.push_back(std::exchange(group, Json()));
        group.push_back(item);
      }
    }
    if (what_ == Keyed::group && !entries.empty()) result.push_back(std::move(group));
    return Json::array(std::move(result));
  }

  // Of equals, min takes the first and max the last.
  Json extreme(Json const& in, std::vector<Entry> const& entries) const {
    if (entries.empty()) return {};
    std::size_t best = 0;
    for (std::size_t i = 1; i < entries.size(); ++i) {
      bool const less = compare_entries(entries[i], entries[best]) < 0;
      if (less == (what_ == Keyed::min)) best = i;
    }
    return in[entries[best].index];
  }

  Keyed what_;
  Operand key_;
};

}  // namespace

ExprPtr make_map(Operand body) {
  return std::make_unique<Map>(body);
}
ExprPtr make_keyed(Keyed what, Operand key) {
  return std::make_unique<KeyedBy>(what, key);
}

}  // namespace skald::jq
