namespace Mandate.Interop.Tests.Harness;

/// <summary>An error of the TypeScript side with its causes.</summary>
public sealed record TypeScriptError(
    string Name, string Message, int? Code, string? Type, bool? NonRetryable, string? ActivityType, string? WorkflowType, string? RetryState, string? TimeoutType, string? Stack, TypeScriptError? Cause)
{
    /// <summary>This error and its causes, outermost first.</summary>
    public IEnumerable<TypeScriptError> Chain() => Cause is null ? [this] : Cause.Chain().Prepend(this);

    public override string ToString() => string.Join(" ← ", Chain().Select(e => $"{e.Name}: {e.Message}"));
}
