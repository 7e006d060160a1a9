// draw_svg: the picture as a file that needs nothing else. Colours are classes, so that it follows
// the reader's light or dark screen.

#include <cmath>
#include <set>

#include "compiler/explain/picture.hpp"

namespace skald::compiler {

namespace {

using Look = Picture::Look;
using Line = Picture::Line;
using Point = Picture::Point;

constexpr double kMargin = 28;
constexpr double kTitle = 58;
constexpr double kCorner = 8;

constexpr std::string_view kStyle = R"(
text{font-family:Inter,"Segoe UI",Roboto,"Helvetica Neue",Arial,"DejaVu Sans",sans-serif;font-size:11px;fill:#5b6472}
.code{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre}
.name{font-size:13px;font-weight:600;fill:#1b2430}
.title{font-size:16px;font-weight:600;fill:#1b2430}
.paper{fill:#ffffff}
.card{fill:#ffffff;stroke:#c9d1dc;stroke-width:1.2}
.edge{fill:#5b7fb8}
.choice .edge{fill:#8a63b8}.event .edge{fill:#2f9ab5}.error .edge{fill:#c9473f}.undo .edge{fill:#d08a1d}
.event .card{stroke-dasharray:none}
.undo .card{fill:#fffaf0;stroke:#dcae63;stroke-dasharray:5 3}
.frame{fill:#f6f8fb;fill-opacity:.75;stroke:#d5dce6;stroke-width:1}
.frame.error{fill:#fdf3f2;stroke:#e5b3ae;stroke-dasharray:4 3}
.frame.sheet{fill-opacity:.4}
.line{fill:none;stroke:#8793a5;stroke-width:1.5}
.line.jump{stroke:#8a63b8}.line.error{stroke:#c9473f;stroke-dasharray:2 3}
.line.undo{stroke:#d08a1d;stroke-dasharray:5 3}
.tip{fill:#8793a5}.tip.jump{fill:#8a63b8}.tip.error{fill:#c9473f}.tip.undo{fill:#d08a1d}
.dot{fill:#5b6472}.ring{fill:none;stroke:#5b6472;stroke-width:1.5}
.badge{fill:#d08a1d}.badge-text{fill:#ffffff;font-weight:600;text-anchor:middle}
.pill{fill:#e8ecf2}.pill-text{font-size:10px;font-weight:600;fill:#4a5463;text-anchor:middle}
.s-completed .card{fill:#f1faf4;stroke:#5fae7b}.s-completed .pill,.pill.s-completed{fill:#cfead9}
.s-running .card,.s-retrying .card{fill:#eff5ff;stroke:#4f86d9;stroke-width:2}.s-running .pill,.s-retrying .pill,.pill.s-running,.pill.s-retrying{fill:#cfe0fb}
.s-waiting .card{fill:#eef9fb;stroke:#2f9ab5;stroke-width:2}.s-waiting .pill,.pill.s-waiting{fill:#c9eaf1}
.s-failed .card,.s-suspended .card{fill:#fdf1f0;stroke:#c9473f;stroke-width:2}.s-failed .pill,.s-suspended .pill,.pill.s-failed,.pill.s-suspended{fill:#f6cfcc}
.s-doubt .card{fill:#fff6e9;stroke:#d08a1d;stroke-width:2}.s-doubt .pill,.pill.s-doubt{fill:#f8deb4}
.s-undone .card,.s-undoing .card{fill:#fff6e5;stroke:#d08a1d}.s-undone .pill,.s-undoing .pill,.pill.s-undone,.pill.s-undoing{fill:#f8deb4}
.s-skipped .card,.s-stopped .card{fill:#f7f8fa;stroke:#cfd5de;stroke-dasharray:3 3}
.s-none{opacity:.62}
@media(prefers-color-scheme:dark){
text{fill:#9aa6b6}.name,.title{fill:#e6ebf2}.paper{fill:#12161c}
.card{fill:#1b2129;stroke:#3a4554}.undo .card{fill:#241e12;stroke:#8a6a2c}
.frame{fill:#171c23;stroke:#2c3541}.frame.error{fill:#221819;stroke:#6b3a38}
.line{stroke:#6f7c8f}.tip{fill:#6f7c8f}.dot{fill:#9aa6b6}.ring{stroke:#9aa6b6}
.pill{fill:#2b3440}.pill-text{fill:#dbe3ee}.badge-text{fill:#12161c}
.s-completed .card{fill:#16241c;stroke:#3f8a5a}.s-completed .pill,.pill.s-completed{fill:#214a31}
.s-running .card,.s-retrying .card{fill:#16202f;stroke:#4f86d9}.s-running .pill,.s-retrying .pill,.pill.s-running,.pill.s-retrying{fill:#234270}
.s-waiting .card{fill:#13242a;stroke:#2f9ab5}.s-waiting .pill,.pill.s-waiting{fill:#17505e}
.s-failed .card,.s-suspended .card{fill:#2a1817;stroke:#d2605a}.s-failed .pill,.s-suspended .pill,.pill.s-failed,.pill.s-suspended{fill:#6d2b28}
.s-doubt .card,.s-undone .card,.s-undoing .card{fill:#2a2112;stroke:#b8842f}.s-doubt .pill,.s-undone .pill,.s-undoing .pill,.pill.s-doubt,.pill.s-undone,.pill.s-undoing{fill:#5f4516}
.s-skipped .card,.s-stopped .card{fill:#171b21;stroke:#39424e}
}
)";

std::string escaped(std::string_view text) {
  std::string out;
  for (char const c : text) {
    switch (c) {
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '&': out += "&amp;"; break;
      case '"': out += "&quot;"; break;
      default: out += static_cast<unsigned char>(c) < ' ' && c != '\n' ? ' ' : c;
    }
  }
  return out;
}

// At most one digit behind the point.
std::string number(double value) {
  auto const tenths = std::lround(value * 10);
  auto text = std::to_string(tenths / 10);
  if (tenths < 0 && tenths > -10) text = "-0";
  if (tenths % 10 != 0) text += "." + std::to_string(std::abs(tenths % 10));
  return text;
}

std::string pair(Point point) {
  return number(point.x) + " " + number(point.y);
}

std::string attribute(std::string_view name, double value) {
  return " " + std::string(name) + "=\"" + number(value) + "\"";
}

std::string_view look_name(Look look) {
  switch (look) {
    case Look::step: return "step";
    case Look::choice: return "choice";
    case Look::event: return "event";
    case Look::composite: return "composite";
    case Look::error: return "error";
    case Look::undo: return "undo";
  }
  return {};
}

std::string_view line_name(Line line) {
  switch (line) {
    case Line::forward: return "forward";
    case Line::jump: return "jump";
    case Line::error: return "error";
    case Line::undo: return "undo";
  }
  return {};
}

// "in doubt" -> "s-doubt"; a task of a run that has not begun is faint.
std::string state_class(std::string_view state, bool of_run) {
  if (state.empty()) return of_run ? " s-none" : "";
  auto const blank = state.rfind(' ');
  return " s-" + std::string(blank == std::string_view::npos ? state : state.substr(blank + 1));
}

class Writer {
 public:
  Writer(Picture const& picture, bool of_run) : picture_(picture), of_run_(of_run) {}

  std::string run(std::string const& title, std::string const& subtitle) {
    double const wide = std::max(text_width(title, false) * 17, text_width(subtitle, false) * 11.5);
    double const width = std::max(picture_.right - picture_.left, wide) + 2 * kMargin;
    double const height = picture_.height + kTitle + kMargin;
    out_ += "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + number(width) + " " +
            number(height) + "\"" + attribute("width", width) + attribute("height", height) +
            " role=\"img\">\n<title>" + escaped(title) + "</title>\n<style>" + std::string(kStyle) +
            "</style>\n";
    out_ += "<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n";
    text({kMargin, 32}, "title", title);
    text({kMargin, 50}, "", subtitle);
    out_ += "<g transform=\"translate(" + number(kMargin - picture_.left) + " " + number(kTitle) +
            ")\">\n";
    for (auto const& each : picture_.frames) frame(each);
    for (auto const& each : picture_.paths) path(each);
    for (auto const& each : picture_.dots) dot(each);
    for (auto const& each : picture_.cards) card(each);
    return out_ + "</g>\n</svg>\n";
  }

 private:
  void text(Point at, std::string_view style, std::string_view content) {
    if (content.empty()) return;
    out_ += "<text" + attribute("x", at.x) + attribute("y", at.y);
    if (!style.empty()) out_ += " class=\"" + std::string(style) + "\"";
    out_ += ">" + escaped(content) + "</text>\n";
  }

  void box(Point at, double width, double height, double radius, std::string_view style) {
    out_ += "<rect" + attribute("x", at.x) + attribute("y", at.y) + attribute("width", width) +
            attribute("height", height) + attribute("rx", radius) + " class=\"" +
            std::string(style) + "\"/>\n";
  }

  void pill(Point right_middle, std::string const& state) {
    if (state.empty()) return;
    double const width = text_width(state, false) * 10 + 16;
    box({right_middle.x - width, right_middle.y - 8}, width, 16, 8,
        "pill" + state_class(state, false));
    text({right_middle.x - width / 2, right_middle.y + 3.5}, "pill-text", state);
  }

  void badge(Point at, int place) {
    if (place == 0) return;
    out_ +=
        "<circle" + attribute("cx", at.x) + attribute("cy", at.y) + " r=\"10\" class=\"badge\"/>\n";
    text({at.x, at.y + 4}, "badge-text", std::to_string(place));
  }

  void frame(Picture::Frame const& frame) {
    bool const error = frame.look == Look::error;
    out_ += "<g><title>" + escaped(frame.tip) + "</title>\n";
    if (frame.stacked) {
      box({frame.at.x + Picture::kSheet, frame.at.y + Picture::kSheet}, frame.width, frame.height,
          12, "frame sheet");
    }
    box(frame.at, frame.width, frame.height, 12, error ? "frame error" : "frame");
    text({frame.at.x + 14, frame.at.y + 22}, "name", frame.name);
    double const behind = text_width(frame.name, false) * 14 + 24;
    text({frame.at.x + behind, frame.at.y + 22}, "code", frame.detail);
    pill({frame.at.x + frame.width - 10, frame.at.y + 17}, frame.state);
    badge({frame.at.x + frame.width, frame.at.y}, frame.badge);
    out_ += "</g>\n";
  }

  void card(Picture::Card const& card) {
    auto const quiet = card.look == Look::undo ? "" : state_class(card.state, of_run_);
    auto const style = card.state.empty() ? quiet : state_class(card.state, of_run_);
    out_ += "<g class=\"" + std::string(look_name(card.look)) + style + "\"><title>" +
            escaped(card.tip) + "</title>\n";
    box(card.at, card.width, card.height, kCorner, "card");
    box({card.at.x + 6, card.at.y + 8}, 3.5, card.height - 16, 1.75, "edge");
    double y = card.at.y + 24;
    for (auto const& row : card.rows) {
      text({card.at.x + 18, y}, row.strong ? "name" : row.code ? "code" : "", row.text);
      y += 17;
    }
    double const first = card.look == Look::undo ? 18 : 20;
    pill({card.at.x + card.width - 8, card.at.y + first}, card.state);
    bool const undo = card.look == Look::undo;
    badge({card.at.x + (undo ? 0 : card.width), card.at.y}, card.badge);
    out_ += "</g>\n";
  }

  // Corners are round; the last piece ends in an arrow.
  void path(Picture::Path const& path) {
    auto points = path.points;
    if (points.size() < 2) return;
    Point const tip = points.back();
    Point const before = points[points.size() - 2];
    double const length = std::hypot(tip.x - before.x, tip.y - before.y);
    if (length < 0.1) return;
    Point const direction{(tip.x - before.x) / length, (tip.y - before.y) / length};
    if (path.arrow) points.back() = {tip.x - direction.x * 6, tip.y - direction.y * 6};
    std::string data = "M" + pair(points.front());
    for (std::size_t i = 1; i + 1 < points.size(); ++i) data += corner(points, i);
    data += "L" + pair(points.back());
    auto const style = std::string(line_name(path.line));
    out_ += "<path d=\"" + data + "\" class=\"line " + style + "\"/>\n";
    if (!path.arrow) return;
    Point const base{tip.x - direction.x * 7, tip.y - direction.y * 7};
    out_ += "<path d=\"M" + pair(tip) + "L" +
            pair({base.x - direction.y * 4, base.y + direction.x * 4}) + "L" +
            pair({base.x + direction.y * 4, base.y - direction.x * 4}) + "Z\" class=\"tip " +
            style + "\"/>\n";
  }

  static std::string corner(std::vector<Point> const& points, std::size_t i) {
    Point const a = points[i - 1];
    Point const b = points[i];
    Point const c = points[i + 1];
    double const in = std::hypot(b.x - a.x, b.y - a.y);
    double const on = std::hypot(c.x - b.x, c.y - b.y);
    double const radius = std::min({kCorner, in / 2, on / 2});
    if (radius < 0.5) return "L" + pair(b);
    Point const begin{b.x - (b.x - a.x) / in * radius, b.y - (b.y - a.y) / in * radius};
    Point const end{b.x + (c.x - b.x) / on * radius, b.y + (c.y - b.y) / on * radius};
    return "L" + pair(begin) + "Q" + pair(b) + " " + pair(end);
  }

  void dot(Picture::Dot const& dot) {
    auto const place = attribute("cx", dot.at.x) + attribute("cy", dot.at.y);
    out_ += "<circle" + place + " r=\"" + (dot.end ? "4.5" : "7") + "\" class=\"dot\"/>\n";
    if (dot.end) out_ += "<circle" + place + " r=\"8\" class=\"ring\"/>\n";
  }

  Picture const& picture_;
  bool of_run_;
  std::string out_;
};

}  // namespace

std::string draw_svg(graph::StepGraph const& graph, Marks const& marks) {
  Picture const picture = make_picture(graph, marks);
  std::string subtitle = std::to_string(graph.tasks.size()) + " tasks";
  if (graph.timeout && !graph.timeout->dynamic) {
    subtitle += " · within " + to_human(graph.timeout->fixed);
  }
  bool const back = !unwind_order(graph).empty();
  subtitle += back ? " · when a step fails, what was done is undone in the order of the numbers"
                   : " · nothing is undone when a step fails";
  return Writer(picture, !marks.empty()).run(graph.id.text(), subtitle);
}

}  // namespace skald::compiler
