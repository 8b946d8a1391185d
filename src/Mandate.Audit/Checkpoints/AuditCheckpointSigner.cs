using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Mandate.Audit.Storage.Sqlite;

namespace Mandate.Audit.Checkpoints;

/// <summary>Signs checkpoints with an ECDSA key on P-256. Keep the key apart from the database: whoever has both can sign another history.</summary>
public sealed class AuditCheckpointSigner : IDisposable
{
    private readonly ECDsa _key;
    private readonly Lock _gate = new();

    private AuditCheckpointSigner(string name, ECDsa key)
    {
        _key = key;
        Name = name;
        Key = AuditCheckpointKey.Of(name, key);
    }

    /// <summary>Name of the signer, which begins the origin of its checkpoints.</summary>
    public string Name { get; }

    /// <summary>The public half.</summary>
    public AuditCheckpointKey Key { get; }

    /// <summary>Makes a new key, that lives as long as this object.</summary>
    /// <param name="name">Such as <c>audit.example.com</c>: without spaces, plus signs and control characters, 1 to 200 characters.</param>
    public static AuditCheckpointSigner Create(string name) => new(Checked(name), ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Reads a PEM file with a private key on P-256; makes one, readable by the owner alone, when the file is missing.</summary>
    /// <exception cref="InvalidDataException">The file holds no such key.</exception>
    public static AuditCheckpointSigner LoadOrCreate(string path, string name)
    {
        Checked(name);
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        try
        {
            if (File.Exists(path))
            {
                key.ImportFromPem(File.ReadAllText(path));
                if (key.KeySize != 256)
                    throw new InvalidDataException($"The checkpoint key in '{path}' is not on the curve P-256.");
                return new(name, key);
            }

            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            using var file = new FileStream(path, PrivateFile.Options(FileMode.CreateNew, FileAccess.Write, FileShare.None));
            file.Write(Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n"));
            file.Flush(flushToDisk: true);
            return new(name, key);
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new InvalidDataException($"The file '{path}' holds no private key in PEM form. Restore it, or remove it to have a new one made; then hand out the new public key.", e);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>A signed checkpoint of a tenant's ledger.</summary>
    internal AuditCheckpoint Sign(string tenant, long size, AuditHash root)
    {
        var body = AuditCheckpoint.BodyOf(AuditCheckpoint.OriginOf(Name, tenant), size, root);
        byte[] signature;
        lock (_gate)
            signature = _key.SignData(Encoding.UTF8.GetBytes(body), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        var bytes = new byte[sizeof(uint) + signature.Length];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Key.Id);
        signature.CopyTo(bytes, sizeof(uint));
        return AuditCheckpoint.TryParse($"{body}\n— {Name} {Convert.ToBase64String(bytes)}\n", out var checkpoint)
            ? checkpoint
            : throw new InvalidOperationException("A checkpoint that was just made cannot be read.");
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    internal static bool IsName(string name) => name.Length is > 0 and <= 200 && !name.Any(c => c == '+' || char.IsWhiteSpace(c) || char.IsControl(c));

    private static string Checked(string name) => IsName(name)
        ? name
        : throw new ArgumentException("The name of a checkpoint signer has 1 to 200 characters, and no spaces, plus signs or control characters.", nameof(name));
}
