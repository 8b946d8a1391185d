using System.Diagnostics.CodeAnalysis;
using Mandate.Identity.Propagation;

namespace Mandate.Identity;

public sealed partial record Principal
{
    /// <summary>
    /// For whom the present code works: in workflow code the run's initiator, in an activity that of the workflow that scheduled it, elsewhere the one of the innermost
    /// <see cref="Use"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is none here; the message says what is missing.</exception>
    public static Principal Current => CurrentPrincipal.Get(out var missing) ?? throw new InvalidOperationException(missing);

    /// <summary>
    /// Who acts now: in the handler of a signal, update or query the sender of that message, who may be another user than the initiator; everywhere else <see cref="Current"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is none here; the message says what is missing.</exception>
    public static Principal CurrentActor => CurrentPrincipal.Sender?.Principal ?? Current;

    /// <summary><see cref="Current"/> where there is one.</summary>
    public static bool TryGetCurrent([NotNullWhen(true)] out Principal? principal)
    {
        principal = CurrentPrincipal.Get(out _);
        return principal is not null;
    }

    /// <summary>
    /// Makes <paramref name="principal"/> the current one until the result is disposed: at the edge, once the caller is verified, and in unit tests. It flows with the asynchronous
    /// calls made meanwhile.
    /// </summary>
    /// <exception cref="InvalidOperationException">In a workflow or an activity, whose principal is fixed by its signed envelope.</exception>
    public static IDisposable Use(Principal principal) => CurrentPrincipal.Use(principal);
}
