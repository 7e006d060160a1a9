// The grammar of jq 1.8 in Boost.Spirit X3. White space and comments are part of the tokens, so
// no rule changes its skipper; binary operators are read as flat chains and folded by precedence;
// every operand of an expectation is a named rule, because its name is shown to people. A rule's
// value is the node it builds: `start` makes it, the other actions add to it.

#include <boost/spirit/home/x3.hpp>

#include "dsl/jq/grammar_session.hpp"
#include "dsl/jq/syntax.hpp"

namespace skald::jq {
namespace {

namespace x3 = boost::spirit::x3;
using grammar::Iterator;
using grammar::Session;

struct SessionTag;

template <class Context>
Session& session(Context const& context) {
  return x3::get<SessionTag>(context).get();
}

// White space, and comments to the end of the line.
struct BlankParser : x3::parser<BlankParser> {
  using attribute_type = x3::unused_type;
  static constexpr bool has_attribute = false;
  template <class It, class Context, class RuleContext, class Attribute>
  bool parse(It& first, It const& last, Context const& context, RuleContext&, Attribute&) const {
    session(context).token_end = first;
    first = grammar::skip_blank(first, last);
    return true;
  }
};
BlankParser const blank;

// The current position, as an attribute.
struct HereParser : x3::parser<HereParser> {
  using attribute_type = Iterator;
  [[maybe_unused]] static constexpr bool has_attribute = true;
  template <class It, class Context, class RuleContext, class Attribute>
  bool parse(It& first, It const&, Context const&, RuleContext&, Attribute& attribute) const {
    x3::traits::move_to(Iterator(first), attribute);
    return true;
  }
};
HereParser const here;

// A word, with `::` between its parts.
template <bool keywords>
struct WordParser : x3::parser<WordParser<keywords>> {
  using attribute_type = std::string;
  static constexpr bool has_attribute = true;
  template <class It, class Context, class RuleContext, class Attribute>
  bool parse(It& first, It const& last, Context const&, RuleContext&, Attribute& attribute) const {
    auto const end = grammar::scan_word(first, last, keywords);
    if (end == first) return false;
    x3::traits::move_to(std::string(first, end), attribute);
    first = end;
    return true;
  }
};
WordParser<true> const any_word;
WordParser<false> const plain_word;

// The characters of a string up to an interpolation or the closing quote, escapes resolved.
struct ChunkParser : x3::parser<ChunkParser> {
  using attribute_type = std::string;
  static constexpr bool has_attribute = true;
  template <class It, class Context, class RuleContext, class Attribute>
  bool parse(It& first, It const& last, Context const& context, RuleContext&,
             Attribute& attribute) const {
    std::string text;
    auto const end = grammar::scan_chunk(session(context), first, last, text);
    if (end == first) return false;
    first = end;
    x3::traits::move_to(std::move(text), attribute);
    return true;
  }
};
ChunkParser const chunk;

// Counts how deep the text nests around its subject.
template <class Subject>
struct NestedParser : x3::unary_parser<Subject, NestedParser<Subject>> {
  using base_type = x3::unary_parser<Subject, NestedParser<Subject>>;
  static constexpr bool is_pass_through_unary = true;
  constexpr explicit NestedParser(Subject const& inner) : base_type(inner) {}
  template <class It, class Context, class RuleContext, class Attribute>
  bool parse(It& first, It const& last, Context const& context, RuleContext& rule,
             Attribute& attribute) const {
    grammar::Nesting const nesting(session(context), first);
    return this->subject.parse(first, last, context, rule, attribute);
  }
};
template <class P>
auto nested(P const& parser) {
  return NestedParser<typename x3::extension::as_parser<P>::value_type>(x3::as_parser(parser));
}

// Its subject, a named rule, or an error that says what was expected.
template <class Subject>
struct MustParser : x3::unary_parser<Subject, MustParser<Subject>> {
  using base_type = x3::unary_parser<Subject, MustParser<Subject>>;
  static constexpr bool is_pass_through_unary = true;
  constexpr explicit MustParser(Subject const& inner) : base_type(inner) {}
  template <class It, class Context, class RuleContext, class Attribute>
  bool parse(It& first, It const& last, Context const& context, RuleContext& rule,
             Attribute& attribute) const {
    if (this->subject.parse(first, last, context, rule, attribute)) return true;
    session(context).expected(this->subject.name, first);
  }
};
template <class Rule>
auto must(Rule const& rule) {
  return MustParser<Rule>(rule);
}

template <class P>
auto token(P const& parser) {
  return parser >> blank;
}
auto const word_end = !x3::char_("a-zA-Z0-9_");
auto word(char const* text) {
  return x3::lit(text) >> word_end >> blank;
}

// Tokens that can be missing. Their names are what messages say was expected.
x3::rule<struct close_paren_id> const close_paren = "')'";
x3::rule<struct interpolation_end_id> const interpolation_end = "')'";
x3::rule<struct close_bracket_id> const close_bracket = "']'";
x3::rule<struct close_brace_id> const close_brace = "'}'";
x3::rule<struct closing_quote_id> const closing_quote = "'\"'";
x3::rule<struct colon_id> const colon = "':'";
x3::rule<struct semicolon_id> const semicolon = "';'";
x3::rule<struct open_paren_id> const open_paren = "'('";
x3::rule<struct bar_id> const bar = "'|'";
x3::rule<struct as_id> const as_word = "'as'";
x3::rule<struct then_id> const then_word = "'then'";
x3::rule<struct end_id> const end_word = "'end'";
x3::rule<struct end_of_text_id> const end_of_text = "an operator or the end";
auto const close_paren_def = token(x3::lit(')'));
auto const interpolation_end_def = x3::lit(')');
auto const close_bracket_def = token(x3::lit(']'));
auto const close_brace_def = token(x3::lit('}'));
auto const closing_quote_def = token(x3::lit('"'));
auto const colon_def = token(x3::lit(':'));
auto const semicolon_def = token(x3::lit(';'));
auto const open_paren_def = token(x3::lit('('));
auto const bar_def = token(x3::lit('|') >> !x3::lit('='));
auto const as_word_def = word("as");
auto const then_word_def = word("then");
auto const end_word_def = word("end");
auto const end_of_text_def = x3::eoi;

using Text = std::string;
x3::rule<struct name_id, Text> const name = "a name";
x3::rule<struct key_word_id, Text> const key_word = "a key";
x3::rule<struct variable_id, Text> const variable = "a variable";
x3::rule<struct field_id, Text> const field = "a field name";
x3::rule<struct number_id, Text> const number = "a number";
x3::rule<struct format_id, Text> const format = "a format";
x3::rule<struct operator_id, Text> const binary_operator = "an operator";
x3::rule<struct parameter_id, Text> const parameter = "a parameter";

using Node = Syntax*;
x3::rule<struct query_id, Node> const query = "an expression";
x3::rule<struct stage_id, Node> const stage = "an expression";
x3::rule<struct operand_id, Node> const operand = "an expression";
x3::rule<struct bound_id, Node> const bound = "an expression";
x3::rule<struct chain_id, Node> const chain = "an expression";
x3::rule<struct term_id, Node> const term = "an expression";
x3::rule<struct primary_id, Node> const primary = "an expression";
x3::rule<struct suffix_id, Node> const suffix = "a suffix";
x3::rule<struct bracket_id, Node> const bracket = "an index";
x3::rule<struct dotted_id, Node> const dotted = "a field";
x3::rule<struct text_id, Node> const text = "a string";
x3::rule<struct quoted_id, Node> const quoted = "a string";
x3::rule<struct identity_id, Node> const identity = "'.'";
x3::rule<struct recurse_id, Node> const recurse = "'..'";
x3::rule<struct formatted_id, Node> const formatted = "a format";
x3::rule<struct array_id, Node> const array = "an array";
x3::rule<struct object_id, Node> const object = "an object";
x3::rule<struct object_value_id, Node> const object_value = "a value";
x3::rule<struct variable_node_id, Node> const variable_node = "a variable";
x3::rule<struct number_node_id, Node> const number_node = "a number";
x3::rule<struct location_id, Node> const location = "$__loc__";
x3::rule<struct conditional_id, Node> const conditional = "an expression";
x3::rule<struct branch_id, Node> const branch = "an expression";
x3::rule<struct otherwise_id, Node> const otherwise = "'elif', 'else' or 'end'";
x3::rule<struct attempt_id, Node> const attempt = "an expression";
x3::rule<struct reduce_id, Node> const reduce = "an expression";
x3::rule<struct foreach_id, Node> const foreach = "an expression";
x3::rule<struct negate_id, Node> const negate = "an expression";
x3::rule<struct call_id, Node> const call = "a function";
x3::rule<struct break_id, Node> const break_out = "an expression";
x3::rule<struct label_id, Node> const label = "an expression";
x3::rule<struct function_id, Node> const function = "a function";
x3::rule<struct pattern_id, Node> const pattern = "a pattern ($name, [...] or {...})";
x3::rule<struct array_pattern_id, Node> const array_pattern = "a pattern";
x3::rule<struct object_pattern_id, Node> const object_pattern = "a pattern";

// Actions.
template <Kind kind>
auto const start = [](auto& c) { x3::_val(c) = session(c).start(kind, x3::_attr(c)); };
auto const done = [](auto& c) { session(c).finish(*x3::_val(c)); };
template <void (Session::*method)(Syntax&)>
auto const finish = [](auto& c) { (session(c).*method)(*x3::_val(c)); };
template <Syntax* (Session::*method)(Syntax&)>
auto const become = [](auto& c) { x3::_val(c) = (session(c).*method)(*x3::_val(c)); };
auto const kid = [](auto& c) { x3::_val(c)->kids.push_back(x3::_attr(c)); };
auto const none = [](auto& c) { x3::_val(c)->kids.push_back(nullptr); };
auto const set_text = [](auto& c) { x3::_val(c)->text = std::move(x3::_attr(c)); };
auto const param = [](auto& c) { x3::_val(c)->params.push_back(std::move(x3::_attr(c))); };
auto const optional = [](auto& c) { x3::_val(c)->optional = true; };
template <Kind kind>
auto const turn_into = [](auto& c) { x3::_val(c)->kind = kind; };
auto const forward = [](auto& c) { x3::_val(c) = x3::_attr(c); };
auto const attach = [](auto& c) { x3::_val(c) = session(c).attach(x3::_val(c), x3::_attr(c)); };
template <Kind kind>
auto const text_kid = [](auto& c) {
  auto& state = session(c);
  x3::_val(c)->kids.push_back(
      state.text_node(kind, std::move(x3::_attr(c)), x3::_where(c).begin()));
};
auto const piece = [](auto& c) {
  text_kid<Kind::literal>(c);
  x3::_val(c)->kids.back()->piece = true;
};
// {$name} and {name} stand for {name: $name} and {name: .name}.
auto const key_of_variable = [](auto& c) {
  auto const& named = *x3::_val(c)->kids.back();
  x3::_val(c)->kids.back() =
      session(c).text_node(Kind::literal, named.text, session(c).begin() + named.span.begin);
  x3::_val(c)->kids.push_back(
      session(c).text_node(Kind::variable, named.text, session(c).begin() + named.span.begin));
};
auto const location_key = [](auto& c) {
  auto* value = x3::_attr(c);
  x3::_val(c)->kids.push_back(
      session(c).text_node(Kind::literal, "__loc__", session(c).begin() + value->span.begin));
  x3::_val(c)->kids.push_back(value);
};
auto const try_it = [](auto& c) {
  auto* body = x3::_val(c);
  auto* node = session(c).start(Kind::attempt, session(c).begin() + body->span.begin);
  node->kids = {body, nullptr};
  session(c).finish(*node);
  x3::_val(c) = node;
};
// {name} and {"name"} alone: the key, then the member of that name.
auto const member_of_key = [](auto& c) {
  auto& state = session(c);
  auto* key = x3::_val(c)->kids.back();
  auto* dot = state.start(Kind::identity, state.begin() + key->span.begin);
  auto* member = state.start(Kind::index, state.begin() + key->span.begin);
  member->kids = {dot, key};
  state.finish(*member);
  x3::_val(c)->kids.push_back(member);
};
auto const nothing = [](auto& c) { x3::_val(c) = nullptr; };
auto const no_modules = [](auto& c) { session(c).refuse_modules(x3::_where(c).begin()); };

auto const name_def = token(plain_word);
auto const key_word_def = token(any_word);
auto const variable_def = token('$' >> any_word);
auto const field_def = token('.' >> any_word);
auto const format_def = token('@' >> +x3::char_("a-zA-Z0-9_"));
auto const exponent = x3::char_("eE") >> -x3::char_("+-") >> +x3::digit;
auto const number_def =
    token(x3::raw[((+x3::digit >> -('.' >> *x3::digit)) | ('.' >> +x3::digit)) >> -exponent]);
auto const parameter_def = token(x3::raw[-x3::lit('$') >> x3::omit[plain_word]]);
auto const operator_words = (x3::string("and") | x3::string("or")) >> word_end;
auto const operator_signs =
    x3::string("//=") | x3::string("//") | x3::string("==") | x3::string("!=") | x3::string("<=") |
    x3::string(">=") | x3::string("|=") | x3::string("+=") | x3::string("-=") | x3::string("*=") |
    x3::string("/=") | x3::string("%=") | x3::string("=") | x3::string("<") | x3::string(">") |
    x3::string("+") | x3::string("-") | x3::string("*") | x3::string("/") | x3::string("%");
auto const binary_operator_def = token(operator_signs | operator_words);

// Pipes bind loosest, then commas; `def`, `label` and `as` reach to the end of the query.
auto const query_def = nested(here[start<Kind::pipe>] >> stage[kid] >> *(bar >> must(stage)[kid]) >>
                              x3::eps[become<&Session::join>]);
auto const stage_def =
    here[start<Kind::comma>] >> operand[kid] >>
    *(token(x3::lit(',')) >> must(operand)[kid]) >> x3::eps[become<&Session::join>];
auto const operand_def = function[forward] | label[forward] | bound[forward];
auto const alternatives = must(pattern)[kid] >> *(token(x3::lit("?//")) >> must(pattern)[kid]);
auto const bound_def =
    here[start<Kind::bind>] >> chain[kid] >>
    -(as_word >> alternatives >> must(bar) >> must(query)[kid]) >> x3::eps[become<&Session::join>];
auto const chain_def =
    here[start<Kind::comma>] >> term[kid] >>
    *(binary_operator[param] >> must(term)[kid]) >> x3::eps[become<&Session::fold>];

auto const term_def = nested(primary[forward] >> *(suffix[attach] | token(x3::lit('?'))[try_it]));
auto const suffix_def = bracket[forward] | dotted[forward];
auto const question = -(token(x3::lit('?'))[optional]) >> x3::eps[done];
// Behind '[': iteration, index or slice.
auto const bracket_body =
    close_bracket[turn_into<Kind::iterate>] |
    (colon[turn_into<Kind::slice>] >> x3::eps[none] >> must(query)[kid] >> must(close_bracket)) |
    (must(query)[kid] >>
     ((colon[turn_into<Kind::slice>] >>
       ((close_bracket >> x3::eps[none]) | (must(query)[kid] >> must(close_bracket)))) |
      must(close_bracket)));
auto const bracket_def = here[start<Kind::index>] >> x3::eps[none] >>
                         token(x3::lit('[')) >> bracket_body >> question;
auto const dotted_def = here[start<Kind::index>] >> x3::eps[none] >>
                        (field[text_kid<Kind::literal>] |
                         (token(x3::lit('.')) >>
                          (text[kid] | quoted[kid] | (token(x3::lit('[')) >> bracket_body)))) >>
                        question;

// A dot before a name or a string belongs to the index behind it.
auto const before_index = &(x3::lit('.') >> (x3::char_("a-zA-Z_") | (blank >> x3::char_("\"@"))));
auto const identity_def = here[start<Kind::identity>] >>
                          (before_index | (token(x3::lit('.')) >> x3::eps[done]));
auto const recurse_def = here[start<Kind::recurse>] >> token(x3::lit("..")) >> x3::eps[done];
auto const grouped = token(x3::lit('(')) >> must(query)[forward] >> must(close_paren);
auto const modules = &(word("import") | word("include") | word("module")) >> x3::eps[no_modules];
auto const primary_def =
    call[forward] | number_node[forward] | recurse[forward] | identity[forward] | text[forward] |
    grouped | array[forward] | object[forward] | negate[forward] | location[forward] |
    variable_node[forward] | formatted[forward] | conditional[forward] | attempt[forward] |
    reduce[forward] | foreach[forward] | break_out[forward] | modules;

auto const number_node_def =
    here[start<Kind::literal>] >> number[set_text] >> x3::eps[finish<&Session::finish_number>];
auto const variable_node_def = here[start<Kind::variable>] >> variable[set_text] >> x3::eps[done];
auto const location_def = here[start<Kind::location>] >>
                          word("$__loc__") >> x3::eps[finish<&Session::finish_location>];
auto const negate_def = here[start<Kind::negate>] >> token(x3::lit('-')) >>
                        must(term)[kid] >> x3::eps[done];

// Strings: literal pieces and interpolated queries.
auto const pieces =
    *(chunk[piece] | (x3::lit("\\(") >> blank >> must(query)[kid] >> must(interpolation_end)));
auto const text_def = here[start<Kind::string>] >> x3::lit('"') >> pieces >>
                      must(closing_quote) >> x3::eps[finish<&Session::finish_string>];
auto const quoted_def = here[start<Kind::string>] >> format[set_text] >> x3::lit('"') >> pieces >>
                        must(closing_quote) >> x3::eps[finish<&Session::finish_string>];
auto const formatted_def = here[start<Kind::format>] >> format[set_text] >>
                           -(x3::lit('"') >> x3::eps[turn_into<Kind::string>] >> pieces >>
                             must(closing_quote)) >>
                           x3::eps[finish<&Session::finish_string>];

auto const array_def = here[start<Kind::array>] >> token(x3::lit('[')) >>
                       (close_bracket | (must(query)[kid] >> must(close_bracket))) >> x3::eps[done];

// Objects.
auto const bare = x3::eps[member_of_key];
auto const pair =
    location[location_key] |
    (variable_node[kid] >> ((colon >> must(object_value)[kid]) | x3::eps[key_of_variable])) |
    ((text[kid] | quoted[kid] | key_word[text_kid<Kind::literal>]) >>
     ((colon >> must(object_value)[kid]) | bare)) |
    (token(x3::lit('(')) >> must(query)[kid] >> must(close_paren) >> must(colon) >>
     must(object_value)[kid]);
auto const object_value_def = here[start<Kind::pipe>] >> chain[kid] >>
                              *(bar >> must(chain)[kid]) >> x3::eps[become<&Session::join>];
auto const object_def = here[start<Kind::object>] >> token(x3::lit('{')) >>
                        *(pair >> (token(x3::lit(',')) | &close_brace)) >>
                        must(close_brace) >> x3::eps[done];

// Control.
auto const branch_def = here[start<Kind::conditional>] >> word("elif") >> must(query)[kid] >>
                        must(then_word) >> must(query)[kid] >>
                        must(otherwise)[kid] >> x3::eps[done];
auto const otherwise_def =
    branch[forward] | (word("else") >> must(query)[forward] >> must(end_word)) | end_word[nothing];
auto const conditional_def = here[start<Kind::conditional>] >> word("if") >> must(query)[kid] >>
                             must(then_word) >> must(query)[kid] >>
                             must(otherwise)[kid] >> x3::eps[done];
auto const attempt_def = here[start<Kind::attempt>] >> word("try") >> must(term)[kid] >>
                         ((word("catch") >> must(term)[kid]) | x3::eps[none]) >> x3::eps[done];
auto const reduce_def = here[start<Kind::reduce>] >> word("reduce") >> must(chain)[kid] >>
                        must(as_word) >> alternatives >> must(open_paren) >> must(query)[kid] >>
                        must(semicolon) >> must(query)[kid] >> must(close_paren) >> x3::eps[done];
auto const foreach_def = here[start<Kind::foreach>] >> word("foreach") >> must(chain)[kid] >>
                         must(as_word) >> alternatives >> must(open_paren) >> must(query)[kid] >>
                         must(semicolon) >> must(query)[kid] >>
                         ((semicolon >> must(query)[kid]) | x3::eps[none]) >>
                         must(close_paren) >> x3::eps[done];
auto const label_def = here[start<Kind::label>] >> word("label") >> must(variable)[set_text] >>
                       must(bar) >> must(query)[kid] >> x3::eps[done];
auto const break_out_def = here[start<Kind::break_out>] >> word("break") >>
                           must(variable)[set_text] >> x3::eps[done];
auto const call_def = here[start<Kind::call>] >> name[set_text] >>
                      -(token(x3::lit('(')) >> must(query)[kid] >>
                        *(semicolon >> must(query)[kid]) >> must(close_paren)) >>
                      x3::eps[finish<&Session::finish_call>];
auto const function_def = here[start<Kind::function>] >> word("def") >> must(name)[set_text] >>
                          -(token(x3::lit('(')) >> must(parameter)[param] >>
                            *(semicolon >> must(parameter)[param]) >> must(close_paren)) >>
                          must(colon) >> must(query)[kid] >> must(semicolon) >>
                          must(query)[kid] >> x3::eps[done];

// Patterns.
auto const pattern_def = variable_node[forward] | array_pattern[forward] | object_pattern[forward];
auto const array_pattern_def = here[start<Kind::pattern_array>] >> token(x3::lit('[')) >>
                               must(pattern)[kid] >> *(token(x3::lit(',')) >> must(pattern)[kid]) >>
                               must(close_bracket) >> x3::eps[done];
auto const pattern_pair = (variable_node[kid] >> ((colon >> must(pattern)[kid]) | x3::eps[none])) |
                          ((text[kid] | quoted[kid] | key_word[text_kid<Kind::literal>]) >>
                           must(colon) >> must(pattern)[kid]) |
                          (token(x3::lit('(')) >> must(query)[kid] >> must(close_paren) >>
                           must(colon) >> must(pattern)[kid]);
auto const object_pattern_def = here[start<Kind::pattern_object>] >> token(x3::lit('{')) >>
                                +(pattern_pair >> (token(x3::lit(',')) | &close_brace)) >>
                                must(close_brace) >> x3::eps[done];

x3::rule<struct program_id, Node> const program = "an expression";
auto const program_def = blank >> must(query)[forward] >> must(end_of_text);

#define SKALD_TOKENS                                                                           \
  close_paren, interpolation_end, close_bracket, close_brace, closing_quote, colon, semicolon, \
      open_paren, bar, as_word, then_word, end_word, end_of_text
#define SKALD_TEXTS name, key_word, variable, field, number, format, binary_operator, parameter
#define SKALD_QUERIES query, stage, operand, bound, chain, term, primary, suffix, bracket, dotted
#define SKALD_TERMS                                                                                \
  identity, recurse, number_node, variable_node, location, negate, text, quoted, formatted, array, \
      object_value, object
#define SKALD_CONTROLS \
  branch, otherwise, conditional, attempt, reduce, foreach, label, break_out, call, function
BOOST_SPIRIT_DEFINE(SKALD_TOKENS)
BOOST_SPIRIT_DEFINE(SKALD_TEXTS)
BOOST_SPIRIT_DEFINE(SKALD_QUERIES)
BOOST_SPIRIT_DEFINE(SKALD_TERMS)
BOOST_SPIRIT_DEFINE(SKALD_CONTROLS)
BOOST_SPIRIT_DEFINE(pattern, array_pattern, object_pattern, program)

}  // namespace

Syntax* parse(std::string_view text_of_program, CompileOptions const& options, SyntaxArena& arena,
              std::vector<CompileError>& errors) {
  if (text_of_program.size() > options.max_bytes) {
    errors.push_back(
        {{}, "the expression is longer than " + std::to_string(options.max_bytes) + " bytes", ""});
    return nullptr;
  }
  if (!is_valid_utf8(text_of_program)) {
    errors.push_back({{}, "the expression is not valid UTF-8", ""});
    return nullptr;
  }
  Session state(text_of_program, options, arena);
  Syntax* tree = nullptr;
  try {
    auto first = text_of_program.data();
    auto const last = first + text_of_program.size();
    auto const parser = x3::with<SessionTag>(std::ref(state))[program];
    if (x3::parse(first, last, parser, tree)) return tree;
  } catch (grammar::Refusal const& refusal) {
    errors.push_back({refusal.span, refusal.what(), refusal.hint});
  }
  return nullptr;
}

}  // namespace skald::jq
