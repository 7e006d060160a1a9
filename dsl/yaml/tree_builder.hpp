#pragma once

// Takes the events of yaml-cpp's parser and makes the tree of nodes, with the checks the parser
// lacks. Included by the reader only: yaml-cpp stays inside dsl/yaml.

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "dsl/diagnostic.hpp"
#include "dsl/document.hpp"
#include "dsl/yaml/reader.hpp"
#include "dsl/yaml/surrogates.hpp"
#include "dsl/yaml/text_map.hpp"

namespace skald::dsl::yaml {

// Thrown through the parser to end it; the diagnostic that says why has been added.
struct Stop {};

class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(TextMap& text, Surrogates const& surrogates, YamlLimits const& limits,
              std::vector<Diagnostic>& diagnostics)
      : text_(text), surrogates_(surrogates), limits_(limits), diagnostics_(diagnostics) {}

  void OnDocumentStart(YAML::Mark const& mark) override;
  void OnDocumentEnd() override { ended_ = true; }
  void OnNull(YAML::Mark const& mark, YAML::anchor_t anchor) override;
  void OnAlias(YAML::Mark const& mark, YAML::anchor_t anchor) override;
  void OnScalar(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor,
                std::string const& parsed) override;
  void OnSequenceStart(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override { finish(); }
  void OnMapStart(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override;

  Node take_root() { return std::move(root_); }
  // For messages about what the parser refuses: where the last scalar, the last block list that
  // has ended and the innermost open flow collection began.
  std::optional<std::size_t> last_scalar() const { return last_scalar_; }
  std::optional<std::size_t> last_list() const { return last_list_; }
  std::optional<std::size_t> open_flow() const;

 private:
  struct Frame {
    Node node;
    YAML::anchor_t anchor = 0;
    std::size_t nodes_before = 0;
    std::size_t height = 1;
    bool flow = false;
    std::optional<Node> key;  // a map's key that waits for its value
  };
  struct Anchor {
    Node node;
    std::size_t nodes = 0;
    std::size_t height = 0;
  };

  void start(Node::Kind kind, YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor,
             YAML::EmitterStyle::value style);
  void finish();
  void add(Node node, std::size_t height);
  void add_key(Node node);
  void count(std::size_t nodes, std::size_t offset);
  void keep_anchor(YAML::anchor_t anchor, Node const& node, std::size_t nodes, std::size_t height);
  bool wants_key() const;
  Node scalar_node(std::size_t offset, std::string const& value);
  Json resolve(Node const& node, std::string const& tag, std::string const& value);
  bool null_is_written(std::size_t offset) const;
  Node implicit_null(std::size_t offset);
  void check_tabs(std::size_t offset);
  void check_cut_expression(Node const& node);
  void check_duplicates(Node& map);
  void report(Code code, Span span, std::string message, std::string hint = {},
              std::vector<Note> notes = {});

  TextMap& text_;
  Surrogates const& surrogates_;
  YamlLimits const& limits_;
  std::vector<Diagnostic>& diagnostics_;
  std::vector<Frame> frames_;
  std::unordered_map<YAML::anchor_t, Anchor> anchors_;
  Node root_;
  bool ended_ = false;
  std::size_t nodes_ = 0;
  std::size_t anchored_ = 0;  // nodes that stand in an anchor, as often as they do
  std::size_t last_end_ = 0;  // behind the last node
  std::optional<std::size_t> last_scalar_;
  std::optional<std::size_t> last_list_;
};

}  // namespace skald::dsl::yaml
