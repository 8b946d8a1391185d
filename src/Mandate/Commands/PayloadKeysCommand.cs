using System.CommandLine;
using Mandate.Configuration;
using Mandate.Identity.Keys;

namespace Mandate.Commands;

/// <summary><c>mandate payload-keys</c>: looks after the keys that encrypt payloads.</summary>
internal static class PayloadKeysCommand
{
    public static Command Create()
    {
        var rotate = new RingCommand.Rotation(
            "Add a key, or make the ring with its first one. It opens at once and encrypts after the time given; what older keys encrypted stays readable.",
            "--distribute-first",
            "How long the new key only opens before it encrypts, so that the file reaches every program by then.",
            Default: TimeSpan.Zero);
        return RingCommand.Create(
            "payload-keys",
            "List, add and remove the keys that encrypt payloads. Running programs follow within a second of their file's change.",
            rotate,
            "Remove a key that no longer encrypts. What it encrypted can no longer be read by anybody.",
            new("--key-file", "Payloads:KeyFile", "The keys' file.", "file"),
            OpenAsync);
    }

    private static async Task<RingCommand.Ring> OpenAsync(MandateOptions options, bool createWhenMissing, CancellationToken cancellation)
    {
        var file = options.Payloads.KeyFile ?? throw new ConfigurationException("Mandate:Payloads:KeyFile is required: the file of the keys (--key-file).");
        var isNew = createWhenMissing && !File.Exists(file);
        var ring = await PayloadKeyRing.OpenAsync(file, createWhenMissing, cancellation: cancellation);
        // A ring that was just made has a key nobody has used.
        return new(ring, ring.List, isNew ? (_, _) => Task.FromResult(ring.List()[0].Id) : ring.RotateAsync, ring.RemoveAsync, "encrypts", "opens only");
    }
}
