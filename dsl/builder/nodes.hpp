#pragma once

// Small functions that make the nodes of a document from C++.

#include <string>
#include <string_view>
#include <utility>

#include "base/json.hpp"
#include "base/time.hpp"
#include "dsl/builder/place.hpp"
#include "dsl/document.hpp"

namespace skald::builder {

using dsl::Node;

Node text_node(std::string_view text);  // the text as it stands, no constant: see node_of
Node map_node();
Node list_node();
// `${ code }`
Node expression_node(std::string_view code);
// Plain data. A string that looks like an expression becomes one that gives that string.
Node node_of(Json const& json);
// { format: json, document: schema }
Node schema_node(Json const& schema);
// { days: 3 }, { milliseconds: 200 }: the largest unit without a fraction.
Node node_of(Duration duration);

// Sets the entry, replacing one with that key. Nodes of `value` without a place get it.
void put(Node& map, std::string_view key, Node value, Place place);
// The same in the map below `outer`, which is made when it is not there.
void put_in(Node& map, std::string_view outer, std::string_view key, Node value, Place place);
void push(Node& list, Node value, Place place);

}  // namespace skald::builder
