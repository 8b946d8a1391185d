using System.Collections.Frozen;
using System.Text.Json;
using Mandate.Identity.Files;
using Microsoft.Extensions.Logging;

namespace Mandate.Identity.Callers;

/// <summary>The API keys' file: JSON with a version and, for each key, what <see cref="ApiKey"/> holds.</summary>
internal sealed partial class ApiKeyFile(string path, ILogger logger) : IWatchedContent<FrozenDictionary<string, ApiKey>>
{
    private const int Version = 1;
    private const int MaximumBytes = 16 * 1024 * 1024;

    private readonly ILogger _logger = logger;

    /// <summary>The keys; none when there is no file.</summary>
    /// <exception cref="ApiKeyStoreException">It is unreadable, writable by others, or damaged.</exception>
    public FrozenDictionary<string, ApiKey> Read()
    {
        byte[] bytes;
        try
        {
            if (!File.Exists(path))
                return FrozenDictionary<string, ApiKey>.Empty;
            // It holds hashes: who reads it can do nothing with them, who writes it can let anybody in.
            if (PrivateJsonFile.IsOpenToOthers(path, UnixFileMode.GroupWrite | UnixFileMode.OtherWrite))
                throw new ApiKeyStoreException($"The API keys' file '{path}' can be written by others than its owner. Run: chmod go-w '{path}'. If others may have written it, look through the keys.");
            if (new FileInfo(path).Length > MaximumBytes)
                throw new ApiKeyStoreException($"The API keys' file '{path}' is larger than {MaximumBytes} bytes. Name another file.");
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is not ApiKeyStoreException && e is IOException or UnauthorizedAccessException)
        {
            throw new ApiKeyStoreException($"The API keys' file '{path}' cannot be read: {e.Message}", e);
        }

        return Parse(bytes) ?? throw new ApiKeyStoreException($"The API keys' file '{path}' is damaged, or of a newer version. Restore it, or make the keys anew with `mandate api-keys create`.");
    }

    /// <exception cref="ApiKeyStoreException">It cannot be written.</exception>
    public async Task WriteAsync(FrozenDictionary<string, ApiKey> keys, CancellationToken cancellation)
    {
        try
        {
            await PrivateJsonFile.WriteAsync(path, writer => Write(writer, InOrder(keys)), overwrite: true, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ApiKeyStoreException($"The API keys' file '{path}' cannot be written, so nothing was changed: {e.Message}", e);
        }
    }

    public void WasRead(FrozenDictionary<string, ApiKey> content) => LogRead(content.Count);

    public void WasUnreadable(IOException error) => LogUnreadable(error);

    /// <summary>Oldest first.</summary>
    public static IReadOnlyList<ApiKey> InOrder(FrozenDictionary<string, ApiKey> keys) => [.. keys.Values.OrderBy(k => k.Created).ThenBy(k => k.Id, StringComparer.Ordinal)];

    private static FrozenDictionary<string, ApiKey>? Parse(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { AllowDuplicateProperties = false, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            if (document.RootElement.GetProperty("version").GetInt32() != Version)
                return null;
            var keys = document.RootElement.GetProperty("keys").EnumerateArray().Select(Parse).ToList();
            return keys.All(k => k.Hash.Length == 32 && (k.TenantId is not null || k.Kind is not CallerKind.User)) && keys.DistinctBy(k => k.Id).Count() == keys.Count
                ? keys.ToFrozenDictionary(k => k.Id, StringComparer.Ordinal)
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static ApiKey Parse(JsonElement item)
    {
        var tenant = item.TryGetProperty("tenant", out var named) ? named.GetString() : null;
        var subject = item.GetProperty("subject").GetString()!;
        var scopes = item.TryGetProperty("scopes", out var listed) ? listed.EnumerateArray().Select(s => s.GetString()!).ToArray() : [];
        // Whatever cannot be a principal is found out now and not at the first call.
        _ = new Principal(subject, tenant ?? "any") { Scopes = scopes };
        return new()
        {
            Id = item.GetProperty("id").GetString()!,
            Name = item.GetProperty("name").GetString()!,
            Kind = Enum.Parse<CallerKind>(item.GetProperty("kind").GetString()!, ignoreCase: true),
            Subject = subject,
            TenantId = tenant,
            Scopes = scopes,
            Created = item.GetProperty("created").GetDateTimeOffset(),
            Expires = item.TryGetProperty("expires", out var expires) ? expires.GetDateTimeOffset() : null,
            Hash = Convert.FromHexString(item.GetProperty("sha256").GetString()!),
        };
    }

    private static void Write(Utf8JsonWriter writer, IReadOnlyList<ApiKey> keys)
    {
        writer.WriteStartObject();
        writer.WriteNumber("version", Version);
        writer.WriteStartArray("keys");
        foreach (var key in keys)
        {
            writer.WriteStartObject();
            writer.WriteString("id", key.Id);
            writer.WriteString("name", key.Name);
            writer.WriteString("kind", key.Kind.ToString().ToLowerInvariant());
            writer.WriteString("subject", key.Subject);
            if (key.TenantId is not null)
                writer.WriteString("tenant", key.TenantId);
            writer.WriteStartArray("scopes");
            foreach (var scope in key.Scopes)
                writer.WriteStringValue(scope);
            writer.WriteEndArray();
            writer.WriteString("created", key.Created);
            if (key.Expires is { } expires)
                writer.WriteString("expires", expires);
            writer.WriteString("sha256", Convert.ToHexStringLower(key.Hash));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    [LoggerMessage(EventId = 1, EventName = "ApiKeysRead", Level = LogLevel.Information, Message = "The API keys' file changed: there are {Count} keys now")]
    private partial void LogRead(int count);

    [LoggerMessage(EventId = 2, EventName = "ApiKeysUnreadable", Level = LogLevel.Error, Message = "The API keys' file changed and cannot be used; those read before stay in force")]
    private partial void LogUnreadable(Exception error);
}
