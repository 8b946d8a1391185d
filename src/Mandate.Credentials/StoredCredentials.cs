using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mandate.Credentials;

/// <summary>Credentials by id, from the first of several stores that has them. Read anew each time, so that a rotated one is in use at once.</summary>
/// <param name="stores">The stores, in the order in which they are asked.</param>
/// <param name="loggers">Where to log to; null for nowhere.</param>
public sealed partial class StoredCredentials(IReadOnlyList<ISecretStore> stores, ILoggerFactory? loggers = null)
{
    private readonly ILogger _logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger<StoredCredentials>();

    /// <summary>Reads a credential.</summary>
    /// <exception cref="SecretStoreException">No store has it; the message names every one. Transient when one of them could not be read.</exception>
    public async ValueTask<SecretBundle> GetAsync(CredentialId id, CancellationToken cancellation = default)
    {
        var name = id.ToString();
        if (name.Length == 0)
            throw new SecretStoreException("A credential id is missing.", isTransient: false);
        var tried = new List<string>();
        var isTransient = false;
        foreach (var store in stores)
        {
            try
            {
                if (await store.ReadAsync(name, cancellation).ConfigureAwait(false) is { } bundle)
                    return bundle;
                tried.Add($"{store.Name}: not there");
            }
            catch (SecretStoreException e)
            {
                LogNotRead(e, store.Name, name);
                tried.Add($"{store.Name}: {e.Message}");
                isTransient |= e.IsTransient;
            }
        }

        throw new SecretStoreException($"There is no credential '{name}'. Looked for in: {(tried.Count > 0 ? string.Join("; ", tried) : "no store, as none is configured")}.", isTransient);
    }

    [LoggerMessage(EventId = 1, EventName = "StoreNotRead", Level = LogLevel.Warning, Message = "{Store} could not be asked for credential '{Id}'")]
    private partial void LogNotRead(Exception error, string store, string id);
}
