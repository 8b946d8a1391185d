using System.Text.Json;
using Mandate.Credentials.Json;

namespace Mandate.Credentials;

/// <summary>Secrets in a JSON file, read anew each time: each member of its object is a secret, a text or an object of several values.</summary>
/// <param name="path">The file. It should be readable by its owner alone.</param>
public sealed class JsonFileSecretStore(string path) : ISecretStore
{
    /// <inheritdoc/>
    public string Name => $"file '{path}'";

    /// <inheritdoc/>
    public async ValueTask<SecretBundle?> ReadAsync(string name, CancellationToken cancellation = default)
    {
        using var document = JsonBody.Parse(await BytesAsync(cancellation).ConfigureAwait(false))
            ?? throw new SecretStoreException("the file does not hold a JSON object", isTransient: false);
        if (!document.RootElement.TryGetProperty(name, out var value))
            return null;
        if (value.ValueKind is JsonValueKind.Object)
            return SecretBundle.FromJson(value);
        return JsonBody.Text(document.RootElement, name) is { Length: > 0 } text ? new([new(name, new Secret(text))]) : null;
    }

    private async Task<byte[]> BytesAsync(CancellationToken cancellation)
    {
        try
        {
            return await File.ReadAllBytesAsync(path, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A file that is missing may be mounted in a moment.
            throw new SecretStoreException($"the file cannot be read: {(e is UnauthorizedAccessException ? "access is denied" : "it is missing or in use")}", isTransient: true, e);
        }
    }
}
