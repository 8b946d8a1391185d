namespace Mandate.Interop.Tests.Harness;

/// <summary>An operation of an SDK failed.</summary>
public sealed class SdkException(string operation, SdkError error) : Exception($"{operation}: {error}\n{error.Stack}")
{
    public SdkError Error { get; } = error;
}
