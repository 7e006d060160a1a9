#include "runtime/cli/examples.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace skald::cli {
namespace {

using Example = std::pair<std::string_view, std::string_view>;

constexpr std::array kExamples{
    Example{"check", "skald check booking.yaml --functions functions.txt"},
    Example{"fmt", "skald fmt --check booking.yaml"},
    Example{"graph", "skald graph booking.yaml --format mermaid > booking.mmd"},
    Example{"eval", "skald eval '.items | map(.price) | add' --input @order.json"},
    Example{"run", "skald run booking.yaml --input @trip.json --id trip-42"},
    Example{"test", "skald test booking.feature --filter 'sold out'"},
    Example{"diff", "skald diff booking-1.yaml booking-2.yaml"},
    Example{"export", "skald export travel/holiday-booking > booking.yaml"},
    Example{"schema", "skald schema -o json > workflow.schema.json"},
    Example{"explain", "skald explain E204"},
    Example{"serve", "skald serve --data-dir data --listen 127.0.0.1:8080 --deploy booking.yaml"},
    Example{"doctor", "skald doctor data"},
    Example{"deploy", "skald deploy booking.yaml payment.yaml"},
    Example{"start", "skald start travel/holiday-booking --input @trip.json --id trip-42 --wait"},
    Example{"ls", "skald ls --status suspended --workflow travel/holiday-booking -o json"},
    Example{"locks", "skald locks seat:7A"},
    Example{"show", "skald show trip-42 --attempts"},
    Example{"watch", "skald watch trip-42 -o jsonl | jq -r .type"},
    Example{"wait", "skald wait trip-42 --timeout 30s"},
    Example{"history", "skald history trip-42 --last 20"},
    Example{"plan", "skald plan trip-42"},
    Example{"cancel", "skald cancel trip-42 --reason 'customer called' --wait"},
    Example{"kill", "skald kill trip-42 --leave-effects --reason 'test data'"},
    Example{"retry", "skald retry trip-42 payment --reason 'bank is up again'"},
    Example{"complete",
            "skald complete trip-42 payment --result '{\"id\": \"c-7\"}' --reason 'seen at bank'"},
    Example{"skip", "skald skip trip-42 hotel --reason 'cancelled by phone'"},
    Example{"suspend", "skald suspend trip-42 --reason 'bank is down'"},
    Example{"resume", "skald resume trip-42 --reason 'hotel is up again'"},
    Example{"signal", "skald signal trip-42 travel.approval.v1 --data '{\"approved\": true}'"},
    Example{"completion", "source <(skald completion bash)"},
    Example{"version", "skald version -o json"},
};

}  // namespace

std::string_view example_of(std::string_view command) {
  auto const* const found =
      std::find_if(kExamples.begin(), kExamples.end(),
                   [command](Example const& example) { return example.first == command; });
  return found == kExamples.end() ? std::string_view{} : found->second;
}

}  // namespace skald::cli
