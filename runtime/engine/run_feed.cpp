#include "runtime/engine/run_feed.hpp"

#include <optional>

#include "runtime/engine/run_reader.hpp"
#include "runtime/view/run_view.hpp"

namespace skald::runtime {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{256} << 10U;

}  // namespace

// A feed gives either views or facts; each has read as far as it was asked.
struct RunFeed::Impl {
  Impl(EngineImpl const& engine, std::string const& run)
      : viewed(engine, run), listed(engine, run) {}

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
  return fold->view();
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
