using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mandate.Credentials;

/// <summary>
/// Finds an application's client id and secret: the places are asked in the order given, and the first one that has them wins. What was found is kept until the provider refuses it. A place
/// that cannot be read is passed over with a warning, and when no other one has them either, the error is transient: they may be found there later.
/// </summary>
public sealed partial class ClientCredentialChain : IClientCredentialSource, IDisposable
{
    private readonly ApplicationName _application;
    private readonly bool _needsSecret;
    private readonly IReadOnlyList<IClientCredentialPlace> _places;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _turn = new(1);
    private volatile ClientCredential? _found;

    /// <summary>Creates a chain; nothing is read yet.</summary>
    /// <param name="application">Whose credentials to find.</param>
    /// <param name="places">Where, in order.</param>
    /// <param name="needsSecret">False where an id is enough, because the client proves itself by its certificate.</param>
    /// <param name="loggers">Where to log to; null for nowhere. Logs name the place that won, never a value.</param>
    public ClientCredentialChain(ApplicationName application, IReadOnlyList<IClientCredentialPlace> places, bool needsSecret = true, ILoggerFactory? loggers = null)
    {
        _application = application;
        _places = places;
        _needsSecret = needsSecret;
        _logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger<ClientCredentialChain>();
    }

    /// <inheritdoc/>
    public async ValueTask<ClientCredential> GetAsync(CancellationToken cancellation = default)
    {
        if (_found is { } known)
            return known;
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_found is { } meanwhile)
                return meanwhile;
            var found = await FindAsync(cancellation).ConfigureAwait(false);
            LogFound(_application, found.Source);
            return _found = found;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Invalidate() => _found = null;

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task<ClientCredential> FindAsync(CancellationToken cancellation)
    {
        var tried = new List<string>();
        var isTransient = false;
        foreach (var place in _places)
        {
            try
            {
                if (await place.FindAsync(_application, _needsSecret, cancellation).ConfigureAwait(false) is { } found)
                    return found;
                tried.Add($"{place.Name}: not there");
            }
            catch (SecretStoreException e)
            {
                LogPassedOver(e, place.Name, _application);
                tried.Add($"{place.Name}: {e.Message}");
                isTransient |= e.IsTransient;
            }
        }

        throw new TokenException(
            isTransient ? TokenErrorKind.Unavailable : TokenErrorKind.CredentialsNotFound,
            $"There are no client credentials of application '{_application}'. Looked for '{_application.ClientIdKey}' and '{_application.ClientSecretKey}' in: {string.Join("; ", tried)}. Put them in one of these places.")
        {
            PlacesTried = tried,
        };
    }

    [LoggerMessage(EventId = 1, EventName = "CredentialsFound", Level = LogLevel.Information, Message = "The client credentials of application '{Application}' come from: {Source}")]
    private partial void LogFound(ApplicationName application, string source);

    [LoggerMessage(EventId = 2, EventName = "CredentialPlacePassedOver", Level = LogLevel.Warning, Message = "{Place} could not be asked for the client credentials of application '{Application}'")]
    private partial void LogPassedOver(Exception error, string place, ApplicationName application);
}
