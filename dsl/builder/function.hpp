#pragma once

// Steps that are C++ functions: what they are given, what they may answer, and how a typed
// function becomes one that works on JSON. Used by the builder (step), by Engine::add and by the
// function pool; it knows nothing of graphs or runs.
//
//   Result<Booked> book_hotel(StepContext const&, HotelOrder const&);
//   Result<void>   cancel_hotel(StepContext const&, Undo<HotelOrder, Booked> const&);
//
// Thread-safety: a Function may be called by several threads at once; so may the function in it.

#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "base/describe.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace skald {

// What a function knows about the attempt it is.
struct StepContext {
  std::string key;   // idempotency key: the same for all attempts of this effect, for ever
  std::string run;   // id of the run
  std::string step;  // path of the task in the workflow
  std::uint32_t attempt = 1;
  Time deadline;         // what is returned later counts as in doubt
  std::stop_token stop;  // set when the deadline has passed or the engine closes
  // With `await: callback`: the URL to post the result to. What the function returns then only says
  // that the work has begun.
  std::string callback = {};
};

// The answers of a function.
struct Returned {
  Json value;
};
// It said no and did nothing: not retried, not undone.
struct Refused {
  std::string message;
};
// Any other error: it may have done something, so it is retried and undone.
struct Failed {
  Error error;
};
// The input does not fit the function's type; it was not called.
struct BadInput {
  std::string message;
};
using FunctionResult = std::variant<Returned, Refused, Failed, BadInput>;

// `undo` is $undo ({input, arguments, output, outcome, error}) in a compensate block, else null.
using Function =
    std::function<FunctionResult(StepContext const&, Json const& input, Json const& undo)>;

struct RegisteredFunction {
  std::string name;  // what `call: NAME` says
  Function function;
  // The C++ function's address: two registrations of one name are the same when it is.
  void const* identity = nullptr;
};

// The error by which a function refuses: `return refused("sold out");`
inline Error refused(std::string message) {
  return Error{ErrorCode::refused, std::move(message), {}};
}

// What an undo function is given about the action. `output` is empty when the action is in doubt
// (its answer is not known).
template <class In, class Out>
struct Undo {
  In input{};
  std::optional<Out> output;
  std::string outcome;  // "succeeded", "in doubt", "refused"
  Json error;           // the error that caused the unwinding
};

namespace functions {

template <class T>
struct IsUndo : std::false_type {};
template <class In, class Out>
struct IsUndo<Undo<In, Out>> : std::true_type {
  using input = In;
  using output = Out;
};

template <class T>
inline constexpr bool always_false = false;

// Result<Out> (StepContext const&[, In const&]).
template <class F>
struct Signature;
template <class Out>
struct Signature<Result<Out> (*)(StepContext const&)> {
  using output = Out;
  using input = void;
};
template <class Out, class In>
struct Signature<Result<Out> (*)(StepContext const&, In)> {
  using output = Out;
  using input = std::remove_cvref_t<In>;
};
template <class R, class... Args>
struct Signature<R (*)(Args...) noexcept> : Signature<R (*)(Args...)> {};

template <class F>
concept HasSignature = requires {
  typename Signature<F>::output;
};

// The plain function behind a function pointer or a lambda without captures.
template <class F>
constexpr auto pointer_of(F function) {
  if constexpr (std::is_pointer_v<F>) {
    return function;
  } else if constexpr (requires { +function; }) {
    return +function;
  } else {
    static_assert(always_false<F>,
                  "skald: a step function can not hold state: a run may be continued by another "
                  "process. Use a function or a lambda without captures.");
  }
}

template <class F>
constexpr void check_signature() {
  static_assert(HasSignature<F>,
                "skald: a step function is Result<Out> f(StepContext const&, In const&), where In "
                "and Out are described by SKALD_DESCRIBE or have a JSON form");
}

template <class Out>
FunctionResult answer(Result<Out> const& result) {
  if (!result.ok()) {
    if (result.error().code == ErrorCode::refused) return Refused{result.error().message};
    return Failed{result.error()};
  }
  if constexpr (std::is_void_v<Out>) {
    return Returned{};
  } else {
    return Returned{describe::write(result.value())};
  }
}

template <class U>
Result<U> read_undo(Json const& undo) {
  U result;
  // What the action was called with; of an action without arguments, its task's input.
  auto const& given = undo["arguments"].is_null() ? undo["input"] : undo["arguments"];
  auto input = from_json<typename IsUndo<U>::input>(given);
  if (!input.ok()) return std::move(input).error();
  result.input = std::move(input).value();
  if (!undo["output"].is_null()) {
    auto output = from_json<typename IsUndo<U>::output>(undo["output"]);
    if (!output.ok()) return std::move(output).error();
    result.output = std::move(output).value();
  }
  if (undo["outcome"].is_string()) result.outcome = undo["outcome"].as_string();
  result.error = undo["error"];
  return result;
}

template <class F>
FunctionResult invoke(F function, StepContext const& context, Json const& input, Json const& undo) {
  using In = typename Signature<F>::input;
  if constexpr (std::is_void_v<In>) {
    return answer(function(context));
  } else if constexpr (IsUndo<In>::value) {
    Result<In> const argument = read_undo<In>(undo);
    if (!argument.ok()) return BadInput{"$undo: " + argument.error().message};
    return answer(function(context, *argument));
  } else {
    Result<In> const argument = from_json<In>(input);
    if (!argument.ok()) return BadInput{argument.error().message};
    return answer(function(context, *argument));
  }
}

Error exception_error(char const* what);

}  // namespace functions

// A typed function as one that works on JSON. Exceptions become Failed.
template <class F>
Function make_function(F function) {
  auto const pointer = functions::pointer_of(function);
  functions::check_signature<std::remove_const_t<decltype(pointer)>>();
  return
      [pointer](StepContext const& context, Json const& input, Json const& undo) -> FunctionResult {
        try {
          return functions::invoke(pointer, context, input, undo);
        } catch (std::exception const& exception) {
          return Failed{functions::exception_error(exception.what())};
        } catch (...) {
          return Failed{functions::exception_error(nullptr)};
        }
      };
}

// The same with its name: function("bookHotel", &book_hotel).
template <class F>
RegisteredFunction function(std::string name, F body) {
  auto const pointer = functions::pointer_of(body);
  return {std::move(name), make_function(pointer), reinterpret_cast<void const*>(pointer)};
}

}  // namespace skald
