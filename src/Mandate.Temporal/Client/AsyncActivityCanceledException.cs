using Mandate.Protocol.Failures;

namespace Mandate.Temporal.Client;

/// <summary>A heartbeat was answered with a request to stop.</summary>
public sealed class AsyncActivityCanceledException() : TemporalException("The activity was asked to stop. Report its cancellation, or complete it.", inner: null);
