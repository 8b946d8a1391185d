using Mandate.Stateful.Propagation;
using Mandate.Temporal.Interceptors;

namespace Mandate.Stateful;

/// <summary>
/// Lets a signal or update in when a workflow sent it that the receiver descends from. Checked before the handler runs, from the sender that the pipeline has stated and signed; what
/// is not let in changes nothing and is recorded as denied. With several such attributes one has to hold.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RequireAncestorAttribute : Attribute, IEnforcedByInterceptor
{
    string IEnforcedByInterceptor.Remedy => $".{nameof(StatefulWorkerExtensions.AddStatefulWorkflows)}(…)";

    bool IEnforcedByInterceptor.IsEnforcedBy(IWorkerInterceptor interceptor) => interceptor is StatefulWorkerInterceptor;
}
