package io.longshore.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.longshore.persistence.PartitionLogic.Verdict;
import io.longshore.registry.RegistryProtocol.Command;
import io.longshore.registry.RegistryProtocol.Deregister;
import io.longshore.registry.RegistryProtocol.Deregistered;
import io.longshore.registry.RegistryProtocol.DrainingSet;
import io.longshore.registry.RegistryProtocol.Find;
import io.longshore.registry.RegistryProtocol.Found;
import io.longshore.registry.RegistryProtocol.NoSuchAgent;
import io.longshore.registry.RegistryProtocol.Register;
import io.longshore.registry.RegistryProtocol.Registered;
import io.longshore.registry.RegistryProtocol.RegistryFull;
import io.longshore.registry.RegistryProtocol.RevisionMismatch;
import io.longshore.registry.RegistryProtocol.SetDraining;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RegistryLogicTest {
  private static final AgentSpec ALICE = Specs.agent("alice", "summarize");
  private static final AgentSpec ALICE_2 = Specs.agent("alice", "summarize", "translate");
  private static final AgentSpec BOB = Specs.agent("bob", "summarize");
  private static final AgentSpec CAROL = Specs.agent("carol", "summarize");

  private final RegistryLogic logic = new RegistryLogic(2, 4_096);
  private final RegistryState state = logic.empty();
  private long now = 1_000;

  @Nested
  class Registering {
    @Test
    void when_new_then_it_is_created() {
      AgentRecord expected = new AgentRecord(ALICE, 1, false, 1_000, 1_000);
      assertCommits(new Registered(expected, true), new Register(ALICE, null));
      assertEquals(new Found(expected), run(new Find("alice")));
    }

    @Test
    void when_it_says_the_same_again_then_nothing_changes() {
      run(new Register(ALICE, null));
      now = 2_000;
      AgentRecord unchanged = new AgentRecord(ALICE, 1, false, 1_000, 1_000);
      assertChangesNothing(new Registered(unchanged, false), new Register(ALICE, null));
    }

    @Test
    void when_it_says_something_else_then_it_is_replaced() {
      run(new Register(ALICE, null));
      now = 2_000;
      AgentRecord expected = new AgentRecord(ALICE_2, 2, false, 1_000, 2_000);
      assertCommits(new Registered(expected, false), new Register(ALICE_2, null));
    }

    @Test
    void when_a_webhook_is_replaced_then_its_secret_stays_unless_another_or_none_is_said() {
      run(new Register(Specs.hooked("hook", "whsec_1"), null));
      AgentRecord kept = new AgentRecord(Specs.hooked("hook", "whsec_1"), 1, false, 1_000, 1_000);
      assertChangesNothing(
          new Registered(kept, false), new Register(Specs.hooked("hook", null), null));
      AgentRecord other = new AgentRecord(Specs.hooked("hook", "whsec_2"), 2, false, 1_000, 1_000);
      assertCommits(
          new Registered(other, false), new Register(Specs.hooked("hook", "whsec_2"), null));
      AgentRecord none = new AgentRecord(Specs.hooked("hook", null), 3, false, 1_000, 1_000);
      assertCommits(
          new Registered(none, false), new Register(Specs.hooked("hook", Webhook.NO_SECRET), null));
      assertFalse(other.toString().contains("whsec"), other.toString());
    }

    @Test
    void when_replaced_while_draining_then_it_goes_on_draining() {
      run(new Register(ALICE, null));
      run(new SetDraining("alice", true));
      AgentRecord expected = new AgentRecord(ALICE_2, 3, true, 1_000, 1_000);
      assertCommits(new Registered(expected, false), new Register(ALICE_2, null));
    }

    @Test
    void when_the_revision_is_the_one_named_then_it_is_replaced() {
      run(new Register(ALICE, null));
      assertCommits(new Registered(entry(ALICE_2, 2), false), new Register(ALICE_2, 1L));
    }

    @Test
    void when_the_revision_is_another_then_nothing_changes() {
      run(new Register(BOB, null));
      run(new Register(ALICE, null));
      assertChangesNothing(new RevisionMismatch(2), new Register(ALICE_2, 1L));
    }

    @Test
    void when_a_revision_is_named_and_there_is_no_record_then_nothing_changes() {
      assertChangesNothing(new RevisionMismatch(0), new Register(ALICE, 1L));
    }

    @Test
    void when_a_conditional_replacement_is_sent_again_then_it_is_answered_as_done() {
      run(new Register(ALICE, null));
      run(new Register(ALICE_2, 1L));
      AgentRecord done = new AgentRecord(ALICE_2, 2, false, 1_000, 1_000);
      assertChangesNothing(new Registered(done, false), new Register(ALICE_2, 1L));
    }

    @Test
    void when_only_if_absent_and_absent_then_it_is_created() {
      assertCommits(new Registered(entry(ALICE, 1), true), new Register(ALICE, 0L));
    }

    @Test
    void when_only_if_absent_and_present_then_nothing_changes_even_if_it_says_the_same() {
      run(new Register(ALICE, null));
      assertChangesNothing(new RevisionMismatch(1), new Register(ALICE, 0L));
    }

    @Test
    void when_removed_and_registered_again_then_the_revision_does_not_repeat() {
      run(new Register(ALICE, null));
      run(new Deregister("alice", null));
      assertCommits(new Registered(entry(ALICE, 3), true), new Register(ALICE, null));
    }
  }

  @Nested
  class Limits {
    @Test
    void when_there_are_as_many_agents_as_may_be_then_a_new_one_is_refused() {
      run(new Register(ALICE, null));
      run(new Register(BOB, null));
      assertChangesNothing(new RegistryFull("2 agents"), new Register(CAROL, null));
    }

    @Test
    void when_full_then_a_present_one_is_replaced() {
      run(new Register(ALICE, null));
      run(new Register(BOB, null));
      assertCommits(new Registered(entry(ALICE_2, 3), false), new Register(ALICE_2, null));
    }

    @Test
    void when_one_leaves_then_there_is_room_again() {
      run(new Register(ALICE, null));
      run(new Register(BOB, null));
      run(new Deregister("alice", null));
      assertCommits(new Registered(entry(CAROL, 4), true), new Register(CAROL, null));
    }

    @Test
    void when_the_records_would_take_too_many_bytes_then_nothing_changes() {
      run(new Register(ALICE, null));
      assertChangesNothing(
          new RegistryFull("4096 bytes"),
          new Register(Specs.agent("bob", "x".repeat(4_096)), null));
      assertChangesNothing(
          new RegistryFull("4096 bytes"),
          new Register(Specs.agent("alice", "x".repeat(4_096)), null));
    }

    @Test
    void when_records_come_change_and_go_then_their_bytes_are_counted_exactly() {
      run(new Register(ALICE, null));
      run(new Register(BOB, null));
      run(new Register(ALICE_2, null));
      assertEquals(ALICE_2.weight() + BOB.weight(), state.bytes());
      run(new Deregister("alice", null));
      run(new Deregister("bob", null));
      assertEquals(0, state.bytes());
    }
  }

  @Nested
  class Deregistering {
    @Test
    void when_present_then_it_is_gone() {
      run(new Register(ALICE, null));
      assertCommits(new Deregistered("alice"), new Deregister("alice", null));
      assertEquals(new NoSuchAgent("alice"), run(new Find("alice")));
    }

    @Test
    void when_sent_again_then_nothing_changes() {
      run(new Register(ALICE, null));
      run(new Deregister("alice", null));
      assertChangesNothing(new NoSuchAgent("alice"), new Deregister("alice", null));
    }

    @Test
    void when_the_revision_is_the_one_named_then_it_is_gone() {
      run(new Register(ALICE, null));
      assertCommits(new Deregistered("alice"), new Deregister("alice", 1L));
    }

    @Test
    void when_sent_again_with_a_revision_then_a_newer_registration_stays() {
      run(new Register(ALICE, null));
      run(new Deregister("alice", 1L));
      run(new Register(ALICE, null));
      assertChangesNothing(new RevisionMismatch(3), new Deregister("alice", 1L));
    }
  }

  @Nested
  class Draining {
    @Test
    void when_told_to_then_the_record_says_so() {
      run(new Register(ALICE, null));
      now = 2_000;
      AgentRecord expected = new AgentRecord(ALICE, 2, true, 1_000, 2_000);
      assertCommits(new DrainingSet(expected), new SetDraining("alice", true));
      assertEquals(new Found(expected), run(new Find("alice")));
    }

    @Test
    void when_told_again_then_nothing_changes() {
      run(new Register(ALICE, null));
      run(new SetDraining("alice", true));
      AgentRecord unchanged = new AgentRecord(ALICE, 2, true, 1_000, 1_000);
      assertChangesNothing(new DrainingSet(unchanged), new SetDraining("alice", true));
    }

    @Test
    void when_told_to_resume_then_it_takes_work_again() {
      run(new Register(ALICE, null));
      run(new SetDraining("alice", true));
      assertCommits(new DrainingSet(entry(ALICE, 3)), new SetDraining("alice", false));
    }

    @Test
    void when_there_is_no_such_agent_then_nothing_changes() {
      assertChangesNothing(new NoSuchAgent("alice"), new SetDraining("alice", true));
    }
  }

  private static AgentRecord entry(AgentSpec spec, long revision) {
    return new AgentRecord(spec, revision, false, 1_000, 1_000);
  }

  private Object run(Command<?> command) {
    Verdict<RegistryEvent> verdict = logic.decide(state, command, now);
    verdict.events().forEach(event -> logic.evolve(state, event));
    return verdict.reply();
  }

  private void assertCommits(Object expected, Command<?> command) {
    long before = state.revision();
    assertEquals(expected, run(command));
    assertEquals(before + 1, state.revision());
  }

  private void assertChangesNothing(Object expected, Command<?> command) {
    long before = state.revision();
    assertEquals(expected, run(command));
    assertEquals(before, state.revision());
  }
}
