using System.CommandLine;
using System.Globalization;
using Mandate.Authentication;
using Mandate.Configuration;
using Mandate.Identity;
using Mandate.Identity.Callers;

namespace Mandate.Commands;

/// <summary><c>mandate api-keys</c>: makes, lists, rotates and revokes API keys. A running service follows within a second.</summary>
internal static class ApiKeysCommand
{
    private static readonly TimeSpan DefaultLifetime = TimeSpan.FromDays(90);

    public static Command Create()
    {
        var command = new Command("api-keys", "Make, list, rotate and revoke API keys. A running service follows within a second.");
        command.Subcommands.Add(CreateOne());
        command.Subcommands.Add(List());
        command.Subcommands.Add(Rotate());
        command.Subcommands.Add(Revoke());
        return command;
    }

    private static Command CreateOne()
    {
        var command = new Command("create", "Make an API key and print it. It is kept as a hash, so it cannot be printed again.");
        var name = new Argument<string>("name") { Description = "What it is for." };
        var subject = new Option<string>("--subject") { Description = "User the caller acts as, or name of the service or worker.", Required = true, HelpName = "id" };
        var tenant = new Option<string?>("--tenant") { Description = "Tenant it is bound to. Required for a user.", HelpName = "id" };
        var kind = new Option<CallerKind>("--kind") { Description = "user, service or worker.", DefaultValueFactory = _ => CallerKind.User };
        var scopes = new Option<string[]>("--scope") { Description = "What it allows. May be repeated.", HelpName = "scope" };
        var lifetime = Lifetime("How long it lives, [d.]hh:mm:ss; 00:00:00 for ever.", DefaultLifetime);
        command.Arguments.Add(name);
        foreach (var option in (Option[])[subject, tenant, kind, scopes, lifetime])
            command.Options.Add(option);
        var settings = Settings(command);
        command.SetAction((result, cancellation) => GuardAsync(async () =>
        {
            var store = Open(settings.Sources(result));
            var request = new ApiKeyRequest(result.GetRequiredValue(name), result.GetValue(kind), result.GetRequiredValue(subject), result.GetValue(tenant))
            {
                Scopes = result.GetValue(scopes) ?? [],
                Lifetime = result.GetValue(lifetime) is { Ticks: > 0 } life ? life : null,
            };
            var (key, text) = await store.CreateAsync(request, cancellation);
            await TellAsync(key, text);
        }));
        return command;
    }

    private static Command List()
    {
        var command = new Command("list", "List the API keys, oldest first.");
        var settings = Settings(command);
        command.SetAction((result, _) => GuardAsync(async () =>
        {
            foreach (var key in Open(settings.Sources(result)).List())
                await Console.Out.WriteLineAsync(Line(key));
        }));
        return command;
    }

    private static Command Rotate()
    {
        var command = new Command("rotate", "Make an API key that follows another one and print it. Both are good for a while, so that its users can change over.");
        var idOrName = new Argument<string>("id-or-name") { Description = "Id of the key, or its name when only one live key has it." };
        var overlap = Lifetime("How long the old key stays good, [d.]hh:mm:ss; 00:00:00 ends it at once.", TimeSpan.FromDays(7), "--overlap");
        command.Arguments.Add(idOrName);
        command.Options.Add(overlap);
        var settings = Settings(command);
        command.SetAction((result, cancellation) => GuardAsync(async () =>
        {
            var (key, text) = await Open(settings.Sources(result)).RotateAsync(result.GetRequiredValue(idOrName), result.GetValue(overlap), cancellation: cancellation);
            await TellAsync(key, text);
        }));
        return command;
    }

    private static Command Revoke()
    {
        var command = new Command("revoke", "Remove an API key: it is refused from now on.");
        var idOrName = new Argument<string>("id-or-name") { Description = "Id of the key, or its name when only one live key has it." };
        command.Arguments.Add(idOrName);
        var settings = Settings(command);
        command.SetAction((result, cancellation) => GuardAsync(async () =>
        {
            var key = await Open(settings.Sources(result)).RevokeAsync(result.GetRequiredValue(idOrName), cancellation);
            await Console.Out.WriteLineAsync($"{key.Id}  {key.Name}  revoked");
        }));
        return command;
    }

    private static Option<TimeSpan> Lifetime(string description, TimeSpan value, string name = "--lifetime")
    {
        var option = new Option<TimeSpan>(name) { Description = description, DefaultValueFactory = _ => value, HelpName = "time" };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<TimeSpan>() < TimeSpan.Zero)
                result.AddError($"{name} must not be negative.");
        });
        return option;
    }

    private static SettingOptions Settings(Command command) => new SettingOptions()
        .With("--data-directory", "DataDirectory", "Where the API keys are. Default: data", "directory")
        .AddTo(command);

    private static ApiKeyStore Open(SettingSources sources) => new(CallerAuthenticationFactory.ApiKeyFile(SettingsLoader.Load(sources).Options));

    private static Task<int> GuardAsync(Func<Task> work) => StartFailure.GuardAsync(async () =>
    {
        try
        {
            await work();
            return ExitCode.Ok;
        }
        catch (ArgumentException e)
        {
            throw new ConfigurationException(e.Message);
        }
    });

    /// <summary>The key alone on standard output, so that it can go straight into a secret store.</summary>
    private static async Task TellAsync(ApiKey key, string text)
    {
        await Console.Error.WriteLineAsync(Line(key));
        await Console.Out.WriteLineAsync(text);
    }

    private static string Line(ApiKey key)
    {
        var end = key.Expires is { } expires ? string.Create(CultureInfo.InvariantCulture, $"{(expires <= TimeProvider.System.GetUtcNow() ? "ended" : "until")} {expires:u}") : "for ever";
        var caller = key.TenantId is null ? key.Subject : $"{key.Subject}@{key.TenantId}";
        return $"{key.Id}  {key.Name}  {key.Kind.ToString().ToLowerInvariant()} {caller}  [{string.Join(' ', key.Scopes)}]  {end}";
    }
}
