using System.Reflection;
using Mandate.Protocol.Api.Common.V1;

namespace Mandate.Temporal.Interceptors;

/// <summary>A workflow begins to run.</summary>
/// <param name="Instance">The workflow.</param>
/// <param name="RunMethod">Its run method.</param>
/// <param name="Args">Arguments of the run method.</param>
/// <param name="Headers">Headers of the start.</param>
public sealed record ExecuteWorkflowInput(
    object Instance,
    MethodInfo RunMethod,
    object?[] Args,
    IReadOnlyDictionary<string, Payload>? Headers)
{
    /// <summary>The name of the call; arguments and headers may hold secrets.</summary>
    public override string ToString() => nameof(ExecuteWorkflowInput);
}
