using System.CommandLine;
using Mandate.Configuration;
using Mandate.Hosting;

namespace Mandate.Commands.Audit;

/// <summary><c>mandate audit key</c>: the public key of the checkpoints.</summary>
internal static class CheckpointKeyCommand
{
    public static Command Create()
    {
        var command = new Command("key", "Print the public key that checkpoints are verified with. Hand it to whoever verifies, on another way than the checkpoints.");
        var settings = new SettingOptions().With("--data-directory", "DataDirectory", "Where the service's data is. Default: data", "directory").AddTo(command);
        command.SetAction((result, _) => CommandFailure.GuardAsync(async () =>
        {
            var options = SettingsLoader.Load(settings.Sources(result)).Options;
            using var signer = ServiceLedger.OpenSigner(options, createWhenMissing: false);
            await Console.Out.WriteLineAsync(signer.Key.ToString());
            return ExitCode.Ok;
        }));
        return command;
    }
}
