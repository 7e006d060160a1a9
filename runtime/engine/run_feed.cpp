#include "runtime/engine/run_feed.hpp"

#include <optional>

#include "runtime/engine/run_reader.hpp"
#include "runtime/view/run_view.hpp"

namespace skald::runtime {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{256} << 10U;

// "lock 'seat:7A', held by trip-1, 2 before it"
void add_holder(EngineImpl const& engine, std::string const& run, std::string const& name,
                Json& step) {
  auto const lock = engine.lock(name);
  if (lock.is_null() || lock["holder"] == Json(run)) return;
  std::size_t before = 0;
  for (auto const& place : lock["waiting"].items()) {
    if (place["run"] == Json(run)) break;
    ++before;
  }
  bool const waits = before < lock["waiting"].size();
  step.set("holder", lock["holder"]);
  auto words = "lock '" + name + "', held by " + std::string(lock["holder"].as_string());
  if (waits && before > 0) words += ", " + std::to_string(before) + " before it";
  step.set("waitingFor", words);
}

// What the run's own facts can not tell: how its children stand now.
void add_children(EngineImpl const& engine, std::string const& run, Json& view) {
  Json children = Json::array();
  for (auto const& step : view["steps"].items()) {
    auto const* child = step.find("child");
    if (child == nullptr) continue;
    Json entry = *child;
    entry.set("task", step["task"]);
    entry.set("path", step["path"]);
    children.push_back(std::move(entry));
  }
  if (children.size() == 0) return;
  std::vector<std::string> ids;
  for (auto const& child : children.items()) ids.emplace_back(child["run"].as_string());
  auto const statuses = engine.thread_of(run).ask([ids, run](runtime::Partition& partition) {
    std::vector<std::string> result;
    for (auto const& id : ids) {
      auto const report = partition.report(id);
      result.push_back(report.ok() ? report->status : std::string("pending"));
    }
    auto const own = partition.report(run);
    result.push_back(own.ok() ? own->status : std::string());
    return result;
  });
  Json result = Json::array();
  for (std::size_t i = 0; i < children.size(); ++i) {
    Json entry = children[i];
    entry.set("status", statuses[i]);
    result.push_back(std::move(entry));
  }
  // One that it waits for may stand still, and then so does it; the end of others is their own.
  if (statuses.back() == "suspended") view.set("status", "suspended");
  view.set("children", std::move(result));
}

}  // namespace

// ... nor who holds the lock that a step waits for, and who waits for what the run holds.
void add_locks(EngineImpl const& engine, std::string const& run, Json& view) {
  if (auto const* held = view.find("locks")) {
    Json locks = Json::array();
    for (auto lock : held->items()) {
      auto const now = engine.lock(std::string(lock["name"].as_string()));
      if (now["holder"] == Json(run)) lock.set("waiting", now["waiting"]);
      locks.push_back(std::move(lock));
    }
    view.set("locks", std::move(locks));
  }
  Json steps = Json::array();
  bool waits = false;
  for (auto step : view["steps"].items()) {
    if (auto const* name = step.find("lock")) {
      waits = true;
      add_holder(engine, run, std::string(name->as_string()), step);
    }
    steps.push_back(std::move(step));
  }
  if (waits) view.set("steps", std::move(steps));
}

// A feed gives either views or facts; each has read as far as it was asked.
struct RunFeed::Impl {
  Impl(EngineImpl const& of, std::string const& name)
      : engine(of), run(name), viewed(of, name), listed(of, name) {}

  EngineImpl const& engine;
  std::string run;
  RunReader viewed;
  std::optional<view::RunFold> fold;
  RunReader listed;
  std::optional<view::HistoryWriter> writer;
};

RunFeed::RunFeed(EngineImpl const& engine, std::string run)
    : impl_(std::make_unique<Impl>(engine, run)) {}
RunFeed::~RunFeed() = default;

Result<Json> RunFeed::view(std::stop_token const& stop) {
  auto& fold = impl_->fold;
  SKALD_TRY(impl_->viewed.read(
      [&](Record const& record) {
        if (!fold) fold.emplace(*impl_->viewed.graph());
        fold->add(record);
        return true;
      },
      stop));
  auto view = fold->view();
  add_children(impl_->engine, impl_->run, view);
  add_locks(impl_->engine, impl_->run, view);
  return view;
}

Result<bool> RunFeed::facts(std::function<void(Json const&)> const& visit,
                            std::stop_token const& stop) {
  auto& writer = impl_->writer;
  std::size_t bytes = 0;
  SKALD_TRY(impl_->listed.read(
      [&](Record const& record) {
        if (!writer) writer.emplace(*impl_->listed.graph());
        auto const fact = writer->write(record);
        bytes += fact.byte_size();
        visit(fact);
        return bytes < kPieceBytes;
      },
      stop));
  return bytes >= kPieceBytes;
}

}  // namespace skald::runtime
