#pragma once

// A long campaign: seed after seed on several threads, until the time is over. What has been
// played so far is kept in a file, so that the next call goes on from there. The file belongs to
// the build that began it.

#include <cstdint>
#include <string>

namespace skald::simulation {

struct CampaignOptions {
  std::string file;         // made when it is missing
  double minutes = 10;      // of this call
  unsigned jobs = 2;        // threads
  std::uint64_t first = 1;  // seed, for a new file
};

// Prints the figures of the whole campaign. Returns 0; 1 when a promise was broken, and then the
// file stops before the seed that did it; 2 when the file is not one of this build.
int campaign(CampaignOptions const& options);

}  // namespace skald::simulation
