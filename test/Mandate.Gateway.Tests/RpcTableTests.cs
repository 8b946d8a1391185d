using System.Reflection;
using Google.Protobuf;
using Mandate.Gateway.Calls;
using Mandate.Gateway.Tasks;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Gateway.Tests;

/// <summary>The contract grows; what nobody has thought about must show here and not in production.</summary>
public sealed class RpcTableTests
{
    /// <summary>Commands that are refused on purpose: no engine of ours has them, and nobody has said what a principal means there.</summary>
    private static readonly CommandType[] Refused = [CommandType.Unspecified, CommandType.ScheduleNexusOperation, CommandType.RequestCancelNexusOperation];

    [Fact]
    public void Table_EveryRpcOfTheContract_IsClassified() =>
        RpcMethods.All.Where(m => RpcTable.Find(m) is null).Select(m => m.Name).ShouldBeEmpty("say in RpcTable what the RPC does, before it can be called");

    [Fact]
    public void Table_RequestsWithNothingSet_AreRead()
    {
        foreach (var entry in RpcTable.Known)
            Should.NotThrow(() => entry.Read(entry.Method.RequestParser.ParseFrom([])), entry.Method.Name);
    }

    [Fact]
    public void Commands_EveryKindOfTheContract_IsKnownOrRefusedOnPurpose()
    {
        var known = CommandNames.All.ToHashSet();

        Enum.GetValues<CommandType>().Except(Refused).Select(t => t.ToString()).Where(n => !known.Contains(n)).ShouldBeEmpty();
    }

    [Fact]
    public void TaskRequests_EveryRequestWithATaskToken_IsKnown()
    {
        var tokens = RpcMethods.All.Where(m => m.Request.FindFieldByName("task_token") is not null).ToList();

        tokens.Count.ShouldBe(7);
        foreach (var method in tokens)
        {
            var request = method.RequestParser.ParseFrom([]);
            TaskRequests.TokenOf(request).ShouldNotBeNull(method.Name);
            TaskRequests.With(request, ByteString.CopyFromUtf8("t"), "n").ShouldNotBe(request, method.Name);
        }
    }

    [Theory]
    [InlineData(typeof(PollWorkflowTaskQueueResponse))]
    [InlineData(typeof(PollActivityTaskQueueResponse))]
    public void TaskAnswers_Copy_HasEveryField(Type type)
    {
        var task = (IMessage)Activator.CreateInstance(type)!;
        Fill(task);
        var copy = (IMessage)typeof(TaskAnswers).GetMethod(nameof(TaskAnswers.With), BindingFlags.Public | BindingFlags.Static, [type, typeof(ByteString)])!
            .Invoke(null, [task, ByteString.CopyFromUtf8("sealed")])!;

        foreach (var field in task.Descriptor.Fields.InDeclarationOrder().Where(f => f.Name != "task_token"))
            field.Accessor.GetValue(copy).ShouldBe(field.Accessor.GetValue(task), $"{type.Name}.{field.Name} is lost on its way to the worker");
        task.Descriptor.FindFieldByName("task_token").Accessor.GetValue(copy).ShouldBe(ByteString.CopyFromUtf8("sealed"));
    }

    /// <summary>Sets every field to something that is not its default.</summary>
    private static void Fill(IMessage message)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            if (field.IsMap)
                ((System.Collections.IDictionary)field.Accessor.GetValue(message))["key"] = new Mandate.Protocol.Api.Query.V1.WorkflowQuery { QueryType = "q" };
            else if (field.IsRepeated)
                ((System.Collections.IList)field.Accessor.GetValue(message)).Add(Activator.CreateInstance(field.MessageType.ClrType));
            else
                field.Accessor.SetValue(message, field.FieldType switch
                {
                    Google.Protobuf.Reflection.FieldType.Message => Activator.CreateInstance(field.MessageType.ClrType)!,
                    Google.Protobuf.Reflection.FieldType.String => "text",
                    Google.Protobuf.Reflection.FieldType.Bytes => ByteString.CopyFromUtf8("bytes"),
                    Google.Protobuf.Reflection.FieldType.Int64 => 7L,
                    Google.Protobuf.Reflection.FieldType.Int32 => 7,
                    Google.Protobuf.Reflection.FieldType.Bool => true,
                    var other => throw new NotSupportedException($"{field.Name} is a {other}"),
                });
        }
    }
}
