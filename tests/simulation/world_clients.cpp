// Clients: they start runs, some twice, cancel and kill them, and send events.

#include "tests/simulation/violation.hpp"
#include "tests/simulation/world.hpp"

namespace skald::simulation {

void World::start_clients() {
  auto const count = random_.between(1, 3);
  clients_.reserve(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) {
    auto const which = random_.below(static_cast<std::uint32_t>(digests_.size()));
    clients_.push_back({"run-" + std::to_string(i + 1), digests_[which], false});
  }
  for (auto& client : clients_) {
    later(random_.between(0, 200'000), [this, &client] {
      start(client, false);
      if (random_.chance(200)) start(client, random_.chance(500));
    });
    disturb(client);
  }
  for (auto const* type : {"sim.e1", "sim.e2"}) {
    auto const often = random_.below(4);
    for (std::uint32_t i = 0; i < often; ++i) {
      later(
          random_.between(0, 8'000'000), [this, type] { send_event(type); }, false);
    }
  }
}

void World::start(Client& client, bool conflicting) {
  tell("start " + client.run + (conflicting ? " with another body" : ""));
  runtime::StartCommand command;
  command.graph = graphs_.at(client.digest);
  command.digest = client.digest;
  command.run = client.run;
  command.start_key = client.run;
  command.body_digest = conflicting ? "other" : "same";
  command.input = Json::object({{"seed", Json(seed_)}});
  bool const known = journal_.started(client.run).has_value();
  partition_->start(std::move(command), now(),
                    [this, &client, conflicting, known](Result<runtime::StartReply> const& reply) {
                      if (!reply.ok()) {
                        require(conflicting && reply.error().code == ErrorCode::conflict,
                                "a start is refused: " + reply.error().message);
                        ++counts_["conflicts"];
                        return;
                      }
                      require(!conflicting, "a start with another body was taken");
                      auto const at = journal_.started(client.run);
                      require(at.has_value() && *at <= journal_.durable(),
                              "a start is answered before it is durable");
                      require(!(known && reply->created), "a repeated start made a second run");
                      if (!reply->created) ++counts_["repeated starts"];
                      client.acknowledged = true;
                    });
  flush();
}

void World::disturb(Client const& client) {
  auto operate = [this](std::int64_t after, std::string const& of, bool kill) {
    later(
        after,
        [this, of, kill] {
          auto const run = kill ? family_member(of) : of;
          tell((kill ? "kill " : "cancel ") + run);
          auto done = [this, run, kill](Result<void> const& result) {
            if (!result.ok()) return;
            ++counts_[kill ? "kills" : "cancels"];
            exposure_.hit_run(journal_.runs(), run, kill ? "kill" : "cancel");
            check_operation(run, kill);
            if (!kill && fate_.chance(250)) regret(run);
          };
          if (kill) {
            partition_->kill(run, "why", "who", now(), done);
          } else {
            partition_->cancel(run, "why", "who", now(), done);
          }
          flush();
        },
        false);
  };
  if (random_.chance(faults_.cancel)) {
    operate(random_.between(0, 5'000'000), client.run, false);
    if (random_.chance(200)) operate(random_.between(0, 5'000'000), client.run, false);
  }
  if (random_.chance(faults_.kill)) operate(random_.between(0, 5'000'000), client.run, true);
}

// Somebody takes the cancel back, perhaps in time.
void World::regret(std::string const& run) {
  auto forward = [this, run] {
    tell("forward again " + run);
    Operation operation;
    operation.verb = Verb::resume;
    operation.forward = true;
    operation.reason = "why";
    operation.actor = "operator";
    partition_->operate(run, operation, now(), [this](Result<Json> const& done) {
      ++counts_[done.ok() ? "cancels taken back" : "cancels taken back too late"];
    });
    flush();
  };
  later(fate_.between(0, 400'000), forward, false);
}

// The run, or a child of it that runs.
std::string World::family_member(std::string const& run) {
  std::vector<std::string> live{run};
  for (auto const& [id, other] : journal_.runs()) {
    if (id.starts_with(run + ":") && !other.ended()) live.push_back(id);
  }
  return live[fate_.below(static_cast<std::uint32_t>(live.size()))];
}

// A cancel or kill was acknowledged: its fact must be durable.
void World::check_operation(std::string const& run, bool killed) {
  auto const& checker = journal_.runs().at(run);
  auto const at = killed ? checker.ended_at() : checker.stopped_at();
  require(at.has_value() && *at <= journal_.durable(),
          std::string(killed ? "a kill" : "a cancel") + " is answered before it is durable");
}

void World::send_event(std::string const& type) {
  ++counts_["events sent"];
  tell("event " + type);
  Json event = Json::object({{"specversion", "1.0"},
                             {"id", "world-" + std::to_string(++order_)},
                             {"source", "https://sim.example/world"},
                             {"type", type},
                             {"data", Json::object({{"n", 2}})}});
  partition_->event(std::move(event), now(), [](Result<runtime::EventReply> const&) {});
  flush();
}

}  // namespace skald::simulation
