using Mandate.Stateful.Propagation;
using Mandate.Temporal.Interceptors;

namespace Mandate.Stateful;

/// <summary>
/// Lets a signal or update in when a person or service sent it whose token allowed the scope. A workflow never passes by this: it works under the scopes of who started it, which says
/// nothing about what it may tell others. With several such attributes one has to hold.
/// </summary>
/// <param name="scope">The scope, such as <c>token:rotate</c>.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class RequireScopeAttribute(string scope) : Attribute, IEnforcedByInterceptor
{
    /// <summary>The scope.</summary>
    public string Scope { get; } = scope;

    string IEnforcedByInterceptor.Remedy => $".{nameof(StatefulWorkerExtensions.AddStatefulWorkflows)}(…)";

    bool IEnforcedByInterceptor.IsEnforcedBy(IWorkerInterceptor interceptor) => interceptor is StatefulWorkerInterceptor;
}
