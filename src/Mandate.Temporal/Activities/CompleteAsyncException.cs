using Mandate.Protocol.Failures;

namespace Mandate.Temporal.Activities;

/// <summary>Thrown from an activity that will be completed from elsewhere, by <c>TemporalClient.GetAsyncActivityHandle</c>. Not possible in a local activity.</summary>
public sealed class CompleteAsyncException() : TemporalException("The activity will be completed by a client. Throw this exception from the activity and do not catch it.", inner: null);
