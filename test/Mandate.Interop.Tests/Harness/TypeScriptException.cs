namespace Mandate.Interop.Tests.Harness;

/// <summary>An operation of the TypeScript side failed.</summary>
public sealed class TypeScriptException(string operation, TypeScriptError error) : Exception($"{operation}: {error}\n{error.Stack}")
{
    public TypeScriptError Error { get; } = error;
}
