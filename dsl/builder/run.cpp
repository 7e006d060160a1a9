#include "dsl/builder/run.hpp"

namespace skald {

namespace builder {

Node run_node(Node const& body, std::string_view key, Node node, Place at) {
  Node const* const before = body.get("run");
  Node run = before != nullptr ? *before : map_node();
  put(run, key, std::move(node), at);
  return run;
}

Node process_node(Node const& body, std::string_view process, std::string_view key, Node node,
                  Place at) {
  Node const* const run = body.get("run");
  Node const* const before = run != nullptr ? run->get(process) : nullptr;
  Node inner = before != nullptr ? *before : map_node();
  put(inner, key, std::move(node), at);
  return run_node(body, process, std::move(inner), at);
}

}  // namespace builder

ProcessTask::ProcessTask(Name const& name, std::string_view process, std::string_view key,
                         Text const& text)
    : Task(name), process_(process) {
  builder::put(body_, "run", builder::process_node(body_, process_, key, text.node(), name.place),
               name.place);
}

ProcessTask ProcessTask::member(std::string_view key, builder::Node node, Place at) const {
  return with("run", builder::process_node(body_, process_, key, std::move(node), at), at);
}

ProcessTask ProcessTask::language(std::string_view name, Place at) const {
  return member("language", builder::text_node(name), at);
}

ProcessTask ProcessTask::arguments(std::initializer_list<Value> values, Place at) const {
  builder::Node list = builder::list_node();
  for (Value const& value : values) builder::push(list, value.node(), at);
  return member("arguments", std::move(list), at);
}

ProcessTask ProcessTask::environment(std::string_view name, Value const& value, Place at) const {
  builder::Node const* const before = body_.get("run")->get(process_)->get("environment");
  builder::Node map = before != nullptr ? *before : builder::map_node();
  builder::put(map, name, value.node(), at);
  return member("environment", std::move(map), at);
}

ProcessTask ProcessTask::input(Text const& text, Place at) const {
  return member("stdin", text.node(), at);
}

ProcessTask ProcessTask::returns(Return what, Place at) const {
  constexpr char const* kWords[] = {"stdout", "stderr", "code", "all", "none"};
  auto node = builder::text_node(kWords[static_cast<int>(what)]);
  return with("run", builder::run_node(body_, "return", std::move(node), at), at);
}

ProcessTask ProcessTask::one_way(Place at) const {
  return with("run", builder::run_node(body_, "await", builder::node_of(Json(false)), at), at);
}

}  // namespace skald
