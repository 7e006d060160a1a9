// skald serve: an engine with the HTTP API in front, until it is told to stop.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <ostream>
#include <utility>

#include "runtime/api/api_server.hpp"
#include "runtime/cli/command.hpp"
#include "runtime/cli/engine_options.hpp"
#include "runtime/cli/free_port.hpp"
#include "runtime/cli/interrupt.hpp"
#include "runtime/cli/outgoing.hpp"
#include "runtime/cli/server.hpp"
#include "runtime/cli/workflow_file.hpp"

namespace skald::cli {
namespace {

// Answers that are under way at the end may take this long.
constexpr Duration kFarewell = Duration::from_seconds(5);

struct ServeOptions {
  std::string data_dir = "skald-data";
  std::string listen = "127.0.0.1:8080";
  std::uint64_t partitions = 0;
  std::string durability = "fsync";
  Outgoing outgoing;
  std::vector<std::string> deploy;
  std::string keep_events = "1d";
  std::uint64_t max_kept_events = 1'000'000;
  std::uint64_t max_tasks = compiler::Options().max_tasks;
  bool accept_clock = false;
  std::string public_url;
  std::vector<std::string> event_sinks;
  std::vector<std::string> event_sink_tokens;
  bool allow_shell = false;
  bool allow_private_documents = false;
  std::vector<std::string> allow_scripts;
};

struct Address {
  std::string host;
  std::uint16_t port = 0;
};

// "127.0.0.1:8080", "[::1]:8080", ":8080", "localhost:0".
Result<Address> parse_address(std::string const& text) {
  auto const colon = text.rfind(':');
  Address address;
  unsigned port = 0;
  bool good = colon != std::string::npos;
  if (good) {
    auto const* begin = text.data() + colon + 1;
    auto const* end = text.data() + text.size();
    auto const parsed = std::from_chars(begin, end, port);
    good = parsed.ec == std::errc() && parsed.ptr == end && port <= 65'535;
    address.host = text.substr(0, colon);
  }
  if (!good) {
    return Error{ErrorCode::invalid_argument, "'" + text + "' is no address to listen on",
                 "write HOST:PORT, e.g. 127.0.0.1:8080; port 0 takes a free one"};
  }
  if (address.host.starts_with('[') && address.host.ends_with(']')) {
    address.host = address.host.substr(1, address.host.size() - 2);
  }
  if (address.host.empty()) address.host = "127.0.0.1";
  address.port = static_cast<std::uint16_t>(port);
  return address;
}

// Where participants call back.
std::string callback_url(ServeOptions const& options, Address const& address) {
  if (!options.public_url.empty()) return options.public_url;
  bool const six = address.host.find(':') != std::string::npos;
  return "http://" + (six ? "[" + address.host + "]" : address.host) + ":" +
         std::to_string(address.port);
}

// What stands before the first '=', when it can be a name, and what is behind.
std::pair<std::string, std::string> named(std::string const& text) {
  auto const equals = text.find('=');
  bool const has_name = equals != std::string::npos && equals < text.find_first_of(":/?");
  if (!has_name) return {text, text};
  return {text.substr(0, equals), text.substr(equals + 1)};
}

// [NAME=]URL each, and NAME=SECRET for those that want a token.
Result<std::vector<EventSink>> parse_sinks(ServeOptions const& options) {
  std::vector<EventSink> sinks;
  for (auto const& text : options.event_sinks) {
    auto [name, url] = named(text);
    sinks.push_back({std::move(name), std::move(url), {}, {}});
  }
  for (auto const& text : options.event_sink_tokens) {
    auto const equals = text.rfind('=');
    auto const name = text.substr(0, equals);
    auto const sink = std::ranges::find(sinks, name, &EventSink::name);
    if (equals == std::string::npos || sink == sinks.end()) {
      return Error{ErrorCode::invalid_argument, "'" + text + "' names no event sink and its secret",
                   "write NAME=SECRET, with the NAME of an --event-sink NAME=URL"};
    }
    sink->token_secret = text.substr(equals + 1);
  }
  return sinks;
}

Result<Engine> open(ServeOptions const& options, Address const& address) {
  auto keep_events = parse_time_span(options.keep_events);
  if (!keep_events) return std::move(keep_events).error();
  EngineOptions settings;
  SKALD_TRY(options.outgoing.apply(settings));
  auto sinks = parse_sinks(options);
  if (!sinks) return std::move(sinks).error();
  settings.event_sinks = std::move(*sinks);
  settings.keep_events = *keep_events;
  settings.max_kept_events = options.max_kept_events;
  settings.max_tasks = options.max_tasks;
  settings.data_dir = options.data_dir;
  settings.durability = parse_durability(options.durability);
  settings.partitions = static_cast<unsigned>(options.partitions);
  settings.accept_clock = options.accept_clock;
  settings.callback_url = callback_url(options, address);
  settings.allow_shell = options.allow_shell;
  settings.allow_private_documents = options.allow_private_documents;
  settings.allow_scripts = options.allow_scripts;
  return Engine::open(std::move(settings));
}

Exit deploy_files(Console& console, Engine& engine, ServeOptions const& options) {
  for (auto const& path : options.deploy) {
    compiler::Options settings;
    settings.max_tasks = options.max_tasks;
    auto documents = options.outgoing.documents(path);
    if (!documents) return console.fail(documents.error());
    settings.documents = std::move(*documents);
    auto file = load_workflow(path, settings);
    if (!file) return console.fail(file.error());
    report(console, *file);
    if (!file->ok()) return Exit::error;
    auto deployed = engine.deploy(WorkflowSource{file->text, file->name, folder_of(path), {}});
    if (!deployed) return fail_to_deploy(console, deployed.error());
    warn_of_missing(console, *deployed);
    console.note((deployed->created ? "deployed " : "has ") + deployed->workflow);
  }
  return Exit::ok;
}

Exit serve(Console& console, ServeOptions const& options) {
  auto address = parse_address(options.listen);
  if (!address) return console.fail(address.error());
  // Before the engine, which makes its directory and goes on with its runs.
  auto const free = runtime::HttpServer::can_listen(address->host, address->port);
  if (!free) return console.fail(free.error());
  std::optional<FreePort> reserved;
  if (address->port == 0) {
    auto port = FreePort::on(address->host);
    if (!port) return console.fail(port.error());
    reserved.emplace(std::move(*port));
    address->port = reserved->number();
  }
  auto interrupt = std::make_unique<Interrupt>();
  auto engine = open(options, *address);
  if (!engine) return console.fail(engine.error());
  if (auto const done = deploy_files(console, *engine, options); done != Exit::ok) {
    return done;
  }
  runtime::ApiOptions api;
  api.host = address->host;
  api.port = address->port;
  auto server = runtime::ApiServer::start(*engine, std::move(api));
  if (!server) return console.fail(server.error());
  auto const partitions = engine->health()["partitions"];
  console.out() << fmt::format(
      "skald {} is ready at {} (data in {}, durability {}, partitions {})\n", SKALD_VERSION,
      (*server)->url(), options.data_dir, options.durability, to_text(partitions));
  console.out().flush();
  if (options.durability != "fsync") {
    console.note(options.durability == "none"
                     ? "durability none: a power cut loses what the system had not written"
                     : "durability interval: a power cut may lose the last 100 ms");
  }
  interrupt->wait();
  interrupt.reset();  // the next signal ends the process at once
  console.note("stopping; everything acknowledged is kept");
  (*server)->stop(kFarewell);
  return Exit::ok;
}

std::vector<Option> event_options(std::shared_ptr<ServeOptions> const& options) {
  return {{.names = "--event-sink",
           .target = &options->event_sinks,
           .help = "Send the events that runs emit there, as CloudEvents; may be repeated",
           .value = "[NAME=]URL"},
          {.names = "--event-sink-token",
           .target = &options->event_sink_tokens,
           .help = "With this secret as bearer token; may be repeated",
           .value = "NAME=SECRET"},
          {.names = "--keep-events",
           .target = &options->keep_events,
           .help = "How long events are kept for a listen that begins later (1d)",
           .value = "TIME"},
          {.names = "--max-kept-events",
           .target = &options->max_kept_events,
           .help = "Over it the oldest are forgotten (1000000 per partition)",
           .value = "N"}};
}

}  // namespace

Command serve_command() {
  auto options = std::make_shared<ServeOptions>();
  Command command{
      .name = "serve",
      .summary = "Run the server",
      .group = "Server",
      .options = {{.names = "-d,--data-dir",
                   .target = &options->data_dir,
                   .help = "Where everything is kept (skald-data)",
                   .value = "DIR",
                   .file = true},
                  {.names = "-l,--listen",
                   .target = &options->listen,
                   .help = "Address of the HTTP API (127.0.0.1:8080); port 0: a free one",
                   .value = "HOST:PORT"},
                  {.names = "--partitions",
                   .target = &options->partitions,
                   .help = "1 to 256, fixed when the data directory is made (2)",
                   .value = "N",
                   .range = {1, 256}},
                  {.names = "--durability",
                   .target = &options->durability,
                   .help = "What an acknowledgement means (fsync)",
                   .choices = {"fsync", "interval", "none"}},
                  {.names = "--deploy",
                   .target = &options->deploy,
                   .help = "Deploy this workflow file first; may be repeated",
                   .value = "FILE",
                   .file = true},
                  {.names = "--public-url",
                   .target = &options->public_url,
                   .help = "Where participants reach this server, for calls that await a "
                           "callback (http://HOST:PORT)",
                   .value = "URL"},
                  {.names = "--max-tasks",
                   .target = &options->max_tasks,
                   .help =
                       "Of a workflow, with the functions it calls; a larger one is refused (5000)",
                   .value = "N",
                   .range = {1, 1'000'000}},
                  {.names = "--allow-shell",
                   .target = &options->allow_shell,
                   .help = "Let workflows run shell commands on this machine"},
                  {.names = "--allow-script",
                   .target = &options->allow_scripts,
                   .help = "Let them run scripts in this language: js, python; may be repeated",
                   .value = "LANGUAGE"},
                  {.names = "--allow-private-documents",
                   .target = &options->allow_private_documents,
                   .help =
                       "Read schemas and OpenAPI documents of workflows from private addresses"},
                  {.names = "--accept-clock",
                   .target = &options->accept_clock,
                   .help = "Start although the clock is far behind the journal"}},
      .run = [options](Console& console) { return serve(console, *options); },
      .details =
          "Prints one line with the address when it is ready. Ctrl-C or SIGTERM stop it;\n"
          "runs go on at the next start."};
  for (auto& option : event_options(options)) command.options.push_back(std::move(option));
  return with_outgoing(std::move(command), options->outgoing);
}

}  // namespace skald::cli
