using Mandate.Protocol.Failures;

namespace Mandate.Stateful;

/// <summary>The API token and address of the workflow that the present activity works for. Take it by constructor injection, or from <see cref="ApiTokens.Current"/>.</summary>
public interface IApiTokens
{
    /// <summary>The API the workflow calls; null when it has none.</summary>
    Uri? ApiUrl { get; }

    /// <summary>
    /// The newest token of the workflow, to be sent to <paramref name="target"/> and nowhere else. Ask for each call: a rotation or revocation then holds from the next call on.
    /// </summary>
    /// <param name="target">Where it will be sent.</param>
    /// <param name="cancellation">Stops waiting; the activity's own when it is left out.</param>
    /// <exception cref="ApplicationFailureException">It cannot be had. The types of <see cref="ApiTokenFailureTypes"/> say why, and whether a retry may help.</exception>
    /// <exception cref="InvalidOperationException">No activity runs here.</exception>
    ValueTask<ApiToken> RedeemAsync(Uri target, CancellationToken cancellation = default);
}
