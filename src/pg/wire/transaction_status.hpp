// Where a session stands with its transaction, as the server said with its last ReadyForQuery (PostgreSQL manual,
// "Message Formats").
#pragma once

namespace lightdash::pg {

enum class transaction_status : unsigned char { idle, open, failed, unknown };

} // namespace lightdash::pg
