// The syntax tree printed in one way. Operators are put in parentheses wherever one stands inside
// another, so the text needs no precedence to be read.

#include <cmath>

#include "dsl/jq/syntax.hpp"

namespace skald::jq {
namespace {

class Printer {
 public:
  std::string take() { return std::move(out_); }

  void print(Syntax const& node) {
    switch (node.kind) {
      case Kind::identity: out_ += '.'; return;
      case Kind::recurse: out_ += ".."; return;
      case Kind::literal: literal(node.value); return;
      case Kind::location:
        out_ += "{\"file\": \"<top-level>\", \"line\": " + to_text(node.value["line"]) + "}";
        return;
      case Kind::string: string(node); return;
      case Kind::format: out_ += "@" + node.text; return;
      case Kind::index:
      case Kind::slice:
      case Kind::iterate: suffix(node); return;
      case Kind::variable: out_ += "$" + node.text; return;
      case Kind::call: call(node); return;
      case Kind::pipe: list(node.kids, " | "); return;
      case Kind::comma: list(node.kids, ", "); return;
      case Kind::arithmetic:
      case Kind::compare:
      case Kind::logic:
      case Kind::assign: list(node.kids, " " + node.text + " "); return;
      case Kind::alternative: list(node.kids, " // "); return;
      case Kind::negate: out_ += "-", part(*node.kids[0]); return;
      case Kind::conditional: conditional(node); return;
      case Kind::attempt: attempt(node); return;
      case Kind::reduce:
      case Kind::foreach: loop(node); return;
      case Kind::label: out_ += "label $" + node.text + " | ", print(*node.kids[0]); return;
      case Kind::break_out: out_ += "break $" + node.text; return;
      case Kind::function: function(node); return;
      case Kind::bind: bind(node); return;
      case Kind::array:
        out_ += '[';
        if (!node.kids.empty()) print(*node.kids[0]);
        out_ += ']';
        return;
      case Kind::object: members(node, '{', '}'); return;
      case Kind::pattern_array:
        out_ += '[';
        list(node.kids, ", ");
        out_ += ']';
        return;
      case Kind::pattern_object: members(node, '{', '}'); return;
    }
  }

 private:
  // A number beyond all exponents prints as the largest double, but is not that number.
  void literal(Json const& value) {
    if (value.is_number() && value.literal_text().empty() && std::isinf(value.as_number())) {
      out_ += "1E+9999999999";
    } else {
      append_text(out_, value);
    }
  }

  static bool simple(Kind kind) {
    switch (kind) {
      case Kind::pipe:
      case Kind::comma:
      case Kind::arithmetic:
      case Kind::compare:
      case Kind::logic:
      case Kind::alternative:
      case Kind::assign:
      case Kind::negate:
      case Kind::attempt:
      case Kind::label:
      case Kind::function:
      case Kind::bind:
      case Kind::break_out: return false;
      default: return true;
    }
  }

  // An operand: in parentheses unless it can stand alone.
  void part(Syntax const& node) {
    if (simple(node.kind)) {
      print(node);
    } else {
      out_ += '(';
      print(node);
      out_ += ')';
    }
  }

  void list(std::vector<Syntax*> const& kids, std::string const& between) {
    for (std::size_t i = 0; i < kids.size(); ++i) {
      if (i != 0) out_ += between;
      part(*kids[i]);
    }
  }

  void string(Syntax const& node) {
    if (!node.text.empty()) out_ += "@" + node.text + " ";
    out_ += '"';
    for (auto const* kid : node.kids) {
      if (kid->piece) {
        auto const text = to_text(kid->value);
        out_.append(text, 1, text.size() - 2);
      } else {
        out_ += "\\(";
        print(*kid);
        out_ += ')';
      }
    }
    out_ += '"';
  }

  void suffix(Syntax const& node) {
    part(*node.kids[0]);
    out_ += '[';
    if (node.kind == Kind::index) {
      print(*node.kids[1]);
    } else if (node.kind == Kind::slice) {
      if (node.kids[1] != nullptr) part(*node.kids[1]);
      out_ += ':';
      if (node.kids[2] != nullptr) part(*node.kids[2]);
    }
    out_ += ']';
    if (node.optional) out_ += '?';
  }

  void call(Syntax const& node) {
    out_ += node.text;
    if (node.kids.empty()) return;
    out_ += '(';
    for (std::size_t i = 0; i < node.kids.size(); ++i) {
      if (i != 0) out_ += "; ";
      print(*node.kids[i]);
    }
    out_ += ')';
  }

  void conditional(Syntax const& node) {
    out_ += "if ";
    print(*node.kids[0]);
    out_ += " then ";
    print(*node.kids[1]);
    if (node.kids[2] != nullptr) {
      out_ += " else ";
      print(*node.kids[2]);
    }
    out_ += " end";
  }

  void attempt(Syntax const& node) {
    out_ += "try ";
    part(*node.kids[0]);
    if (node.kids[1] == nullptr) return;
    out_ += " catch ";
    part(*node.kids[1]);
  }

  void patterns(std::vector<Syntax*> const& kids, std::size_t first, std::size_t last) {
    for (auto i = first; i < last; ++i) {
      if (i != first) out_ += " ?// ";
      print(*kids[i]);
    }
  }

  void loop(Syntax const& node) {
    bool const is_reduce = node.kind == Kind::reduce;
    auto const tail = node.kids.size() - (is_reduce ? 2 : 3);
    out_ += is_reduce ? "reduce " : "foreach ";
    part(*node.kids[0]);
    out_ += " as ";
    patterns(node.kids, 1, tail);
    out_ += " (";
    for (auto i = tail; i < node.kids.size(); ++i) {
      if (node.kids[i] == nullptr) continue;
      if (i != tail) out_ += "; ";
      print(*node.kids[i]);
    }
    out_ += ')';
  }

  void function(Syntax const& node) {
    out_ += "def " + node.text;
    for (std::size_t i = 0; i < node.params.size(); ++i) {
      out_ += (i == 0 ? "(" : "; ") + node.params[i];
    }
    out_ += node.params.empty() ? ": " : "): ";
    print(*node.kids[0]);
    out_ += "; ";
    print(*node.kids[1]);
  }

  void bind(Syntax const& node) {
    part(*node.kids[0]);
    out_ += " as ";
    patterns(node.kids, 1, node.kids.size() - 1);
    out_ += " | ";
    print(*node.kids.back());
  }

  void members(Syntax const& node, char open, char close) {
    out_ += open;
    for (std::size_t i = 0; i < node.kids.size(); i += 2) {
      if (i != 0) out_ += ", ";
      auto const& key = *node.kids[i];
      bool const pattern = node.kind == Kind::pattern_object && key.kind == Kind::variable;
      bool const text = key.kind == Kind::literal && key.value.is_string();
      if (pattern || text || key.kind == Kind::string) {
        print(key);
      } else {
        out_ += '(';
        print(key);
        out_ += ')';
      }
      if (node.kids[i + 1] == nullptr) continue;
      out_ += ": ";
      part(*node.kids[i + 1]);
    }
    out_ += close;
  }

  std::string out_;
};

}  // namespace

std::string print_canonical(Syntax const& tree) {
  Printer printer;
  printer.print(tree);
  return printer.take();
}

}  // namespace skald::jq
