namespace Mandate.Interop.Tests.Harness;

/// <summary>An error of an SDK with its causes, in the words of the TypeScript SDK.</summary>
public sealed record SdkError(
    string Name, string Message, int? Code, string? Type, bool? NonRetryable, string? ActivityType, string? WorkflowType, string? RetryState, string? TimeoutType, string? Stack, SdkError? Cause)
{
    /// <summary>This error and its causes, outermost first.</summary>
    public IEnumerable<SdkError> Chain() => Cause is null ? [this] : Cause.Chain().Prepend(this);

    public override string ToString() => string.Join(" ← ", Chain().Select(e => $"{e.Name}: {e.Message}"));
}
