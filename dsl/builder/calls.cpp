#include "dsl/builder/calls.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace skald::builder {

Node picked_arguments(Code const& base, std::vector<std::string> const& names) {
  Node node = map_node();
  for (std::string const& name : names) {
    node.entries.push_back({text_node(name), expression_node(member(base, name).text)});
  }
  return node;
}

Node bearer_node(Text const& token, Place at) {
  Node scheme = map_node();
  put(scheme, "token", token.node(), at);
  Node node = map_node();
  put(node, "bearer", std::move(scheme), at);
  return node;
}

Node basic_node(Text const& user, Text const& password, Place at) {
  Node scheme = map_node();
  put(scheme, "username", user.node(), at);
  put(scheme, "password", password.node(), at);
  Node node = map_node();
  put(node, "basic", std::move(scheme), at);
  return node;
}

Node secret_node(std::string_view scheme, Secret const& secret, Place at) {
  Node properties = map_node();
  put(properties, "use", text_node(secret.name), at);
  Node node = map_node();
  put(node, scheme, std::move(properties), at);
  return node;
}

void check_arguments(AnyTask const& task, std::vector<std::string> const& names,
                     std::vector<std::string_view> const& wanted) {
  for (std::string_view const member : wanted) {
    if (std::find(names.begin(), names.end(), member) != names.end()) continue;
    std::string const message = "step '" + task.name() + "': its function needs the member '" +
                                std::string(member) + "', which pick() does not give";
    base::assertion_failed("pick(...) gives every member", task.place().file,
                           static_cast<int>(task.place().line), message.c_str());
  }
}

}  // namespace skald::builder
