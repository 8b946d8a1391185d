using System.CommandLine;
using Mandate.Configuration;
using Mandate.Hosting;
using Mandate.Identity.Keys;

namespace Mandate.Commands;

/// <summary><c>mandate keys</c>: looks after the keys that sign principals.</summary>
internal static class KeysCommand
{
    public static Command Create()
    {
        var rotate = new RingCommand.Rotation(
            "Add a key. It is published at once and signs after the time given; what older keys signed stays good.",
            "--publish-first",
            "How long the new key is published before it signs, so that every cache has it by then. 00:00:00 signs with it at once: use that when a key was stolen.",
            Default: SigningKeyRing.PublicationLifetime * 2);
        return RingCommand.Create(
            "keys",
            "List, rotate and retire the keys that sign for whom runs act. A running service follows within a second.",
            rotate,
            "Remove a key that no longer signs. Runs it signed that are still open are blocked from then on, so retire it when they have ended.",
            new("--data-directory", "DataDirectory", "Where the keys are. Default: data", "directory"),
            OpenAsync);
    }

    private static async Task<RingCommand.Ring> OpenAsync(MandateOptions options, bool createWhenMissing, CancellationToken cancellation)
    {
        // Never created here: a ring that is missing is one that was lost, or a service that has not been started yet.
        var ring = await SigningKeyRing.OpenAsync(ServiceIdentity.KeyFile(options), createWhenMissing: false, cancellation: cancellation);
        return new(ring, ring.List, ring.RotateAsync, ring.RemoveAsync, "signs", "verifies only");
    }
}
