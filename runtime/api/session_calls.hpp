#pragma once

// What a Responder may ask of a session that may be gone. Io thread only. Internal.

#include <memory>
#include <string>

#include "runtime/api/http_message.hpp"

namespace skald::runtime::detail {

class Session;

void respond(std::weak_ptr<Session> const& session, HttpResponse response);
void begin_stream_of(std::weak_ptr<Session> const& session, HttpResponse head);
void write_piece(std::weak_ptr<Session> const& session, std::string piece);
void end_stream(std::weak_ptr<Session> const& session);

}  // namespace skald::runtime::detail
