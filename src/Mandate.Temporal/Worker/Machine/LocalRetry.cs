using Google.Protobuf.WellKnownTypes;

namespace Mandate.Temporal.Worker.Machine;

/// <summary>A local activity is to be tried again after a wait too long to keep a workflow task open: the workflow waits with a timer.</summary>
internal sealed record LocalRetry(uint Attempt, Duration Backoff, Timestamp OriginalScheduleTime);
