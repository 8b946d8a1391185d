using System.Collections.Frozen;
using System.Text;
using Google.Protobuf;
using Mandate.Protocol.Api.Common.V1;

namespace Mandate.Protocol.Conversion.Sealing;

/// <summary>
/// Encrypts payloads, so that whoever stores or carries them can read and change nothing: metadata <c>encoding</c> is <c>binary/encrypted</c>, <c>encryption-key-id</c> names the key, and the
/// data are a 12-byte nonce, the AES-256-GCM ciphertext of the whole payload in Protobuf form, and the 16-byte tag. The namespace, as UTF-8, is the additional authenticated data.
/// </summary>
/// <remarks>The layout is that of Temporal's encryption samples, plus the namespace; <c>docs/payload-encryption.md</c> has it for other languages.</remarks>
public sealed class SealingCodec : IHeaderCodec
{
    /// <summary>Value of metadata <c>encoding</c>.</summary>
    public const string Encoding = "binary/encrypted";

    /// <summary>Metadata that names the key.</summary>
    public const string KeyIdMetadata = "encryption-key-id";

    private static readonly ByteString EncodingBytes = ByteString.CopyFromUtf8(Encoding);

    private readonly IPayloadKeys _keys;
    private readonly SealingCodecOptions _options;
    private readonly byte[] _namespace;
    private readonly FrozenSet<string> _readable;

    /// <summary>Creates a codec.</summary>
    /// <exception cref="ArgumentException">The namespace is missing.</exception>
    public SealingCodec(IPayloadKeys keys, SealingCodecOptions options)
    {
        if (string.IsNullOrEmpty(options.Namespace))
            throw new ArgumentException("Sealing payloads needs the namespace they belong to.", nameof(options));
        _keys = keys;
        _options = options;
        _namespace = System.Text.Encoding.UTF8.GetBytes(options.Namespace);
        _readable = options.ReadableHeaders.ToFrozenSet(StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public bool EncodesHeader(string name) => _options.SealHeaders && !_readable.Contains(name);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Payload>> EncodeAsync(IReadOnlyList<Payload> payloads, CancellationToken cancellationToken = default)
    {
        var key = _keys.Current;
        return Task.FromResult<IReadOnlyList<Payload>>([.. payloads.Select(p => Seal(p, key))]);
    }

    /// <inheritdoc/>
    /// <exception cref="PayloadConversionException">A payload was sealed with a key that is not known, was changed, or belongs to another namespace.</exception>
    public Task<IReadOnlyList<Payload>> DecodeAsync(IReadOnlyList<Payload> payloads, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<Payload>>([.. payloads.Select(Open)]);

    private Payload Seal(Payload payload, PayloadKey key) => new()
    {
        Metadata = { [PayloadMetadata.Encoding] = EncodingBytes, [KeyIdMetadata] = ByteString.CopyFromUtf8(key.Id) },
        Data = UnsafeByteOperations.UnsafeWrap(key.Seal(payload.ToByteArray(), _namespace)),
    };

    private Payload Open(Payload payload)
    {
        if (!payload.Metadata.TryGetValue(PayloadMetadata.Encoding, out var encoding) || encoding != EncodingBytes)
        {
            return _options.AllowUnsealed
                ? payload
                : throw new PayloadConversionException("A payload is not encrypted, and only encrypted ones are accepted here.");
        }

        var id = payload.Metadata.TryGetValue(KeyIdMetadata, out var named) ? named.ToStringUtf8() : "";
        var key = _keys.Find(id) ?? throw new PayloadConversionException($"A payload is encrypted with the key '{Shown(id)}', which is not known here. Add the key to this program's ring.");
        var plain = key.Open(payload.Data.Span, _namespace) ?? throw new PayloadConversionException(
            $"A payload that names the key '{key.Id}' cannot be decrypted: it was changed, or encrypted for another namespace than '{_options.Namespace}'.");
        return Payload.Parser.ParseFrom(plain);
    }

    /// <summary>The id came with the payload, so it may be anything.</summary>
    private static string Shown(string id) => id.Length <= 200 && id.All(c => c is > ' ' and <= '~') ? id : "(unreadable)";
}
